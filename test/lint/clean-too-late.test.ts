import { describeRule } from './rig.js';

describeRule('clean-too-late', [
  [
    'warns of a clean in a later RUN, and names the line of the installation',
    'Dockerfile',
    'FROM r.example.com/a\nRUN yum -y install a\nRUN yum clean all\n',
    '3:5 warning: what the RUN in line 2 left',
  ],
  [
    'warns of rm in a later RUN',
    'Dockerfile',
    'FROM r.example.com/a\nRUN apt-get update\nRUN echo && rm -rf /var/lib/apt/lists/*\n',
    '3:13 warning: line 2',
  ],
  [
    'warns when only the base can have left something',
    'Dockerfile',
    'FROM r.example.com/a\nRUN set -x && dnf clean all\n',
    '2:15 warning: lower layers',
  ],
  [
    'says nothing of a clean in the same RUN',
    'Dockerfile',
    'FROM r.example.com/a\nRUN yum -y install a && yum clean all\n',
  ],
  [
    'says nothing where a script may have installed',
    'Dockerfile',
    'FROM r.example.com/a\nRUN /tmp/install.sh && yum clean all\n',
  ],
  [
    'says nothing of a removal that has nothing to do with packages',
    'Dockerfile',
    'FROM r.example.com/a\nRUN rm -rf /tmp/a\n',
  ],
  [
    'says it once for several folders',
    'Dockerfile',
    'FROM r.example.com/a\nRUN rm -rf /var/cache/*\n',
    '2:5 warning: lower layers',
  ],
]);
