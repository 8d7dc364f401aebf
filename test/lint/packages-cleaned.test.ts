import { describeRule } from './rig.js';

const run = (text: string): string => `FROM r.example.com/a\nRUN ${text}\n`;

describeRule('packages-cleaned', [
  [
    'warns of an update that leaves its metadata',
    'Dockerfile',
    run('yum -y update'),
    '2:5 warning: yum updates and leaves /var/cache/yum',
  ],
  [
    'warns of each manager',
    'Dockerfile',
    'FROM r.example.com/a\nRUN dnf -y install a\nRUN microdnf install a\nRUN zypper -n in a\nRUN apk add a\nRUN apt-get update\n',
    '2:5 warning: /var/cache/dnf',
    '3:5 warning: /var/cache/microdnf',
    '4:5 warning: /var/cache/zypp',
    '5:5 warning: /var/cache/apk',
    '6:5 warning: /var/lib/apt/lists',
  ],
  ['takes a clean in the same RUN', 'Dockerfile', run('yum -y update && yum clean all')],
  [
    'takes clean metadata, with options before it',
    'Dockerfile',
    run('dnf -y --setopt=a=b install x; dnf -q clean metadata'),
  ],
  ['takes another manager of the same family for the clean', 'Dockerfile', run('dnf -y update && yum clean all')],
  [
    'takes rm of the cache folder, in many forms',
    'Dockerfile',
    [
      'rm -rf /var/cache/yum',
      'rm -rf /var/cache/yum/*',
      'rm -fr /var/cache/dnf',
      'rm -rf /var/cache/*',
      'rm -rf /tmp/* /var/cache/{yum,dnf}',
      'rm -rf /var/cache/yum /var/tmp/*',
      'find /var/cache/dnf -mindepth 1 -delete',
    ]
      .map((rm) => `RUN yum -y install a && ${rm}`)
      .join('\n')
      .replace(/^/, 'FROM r.example.com/a\n'),
  ],
  [
    'does not take rm of something else',
    'Dockerfile',
    run('yum -y install a && rm -rf /var/cachet /var/cache/man'),
    '2:5 warning: yum',
  ],
  [
    'does not take a clean that stands first',
    'Dockerfile',
    run('yum clean all && yum -y install a'),
    '2:22 warning: installs',
  ],
  [
    'does not take the clean of another family',
    'Dockerfile',
    run('yum -y install a && apt-get clean'),
    '2:5 warning: yum',
  ],
  [
    'does not take clean packages, which leaves the metadata',
    'Dockerfile',
    run('dnf -y install a && dnf clean packages'),
    '2:5 warning: dnf',
  ],
  [
    'finds the last of several installations',
    'Dockerfile',
    run('yum -y install a && yum clean all && yum -y install b'),
    '2:42 warning: yum',
  ],
  [
    'says where it stands in a continued line with comments',
    'Dockerfile',
    'FROM r.example.com/a\nRUN set -e; \\\n# why\n\n  dnf -y \\\n    install a\n',
    '5:3 warning: dnf',
  ],
  [
    'takes a cache mount over the folder or above it',
    'Dockerfile',
    run(
      '--mount=type=cache,target=/var/cache/dnf dnf -y install a\nRUN --mount=type=cache,dst=/var/cache yum -y update\nRUN --mount=type=tmpfs,destination=/var/cache/yum/ yum -y update',
    ),
  ],
  [
    'does not take a mount elsewhere',
    'Dockerfile',
    run('--mount=type=cache,target=/root/.cache dnf -y install a'),
    '2:44 warning: dnf',
  ],
  [
    'does not take a bind mount',
    'Dockerfile',
    run('--mount=type=bind,target=/var/cache/dnf dnf -y install a'),
    '2:45 warning: dnf',
  ],
  [
    'takes apt’s lists removed, in the way of Debian’s images',
    'Dockerfile',
    'FROM r.example.com/a\nRUN set -eux; \\\n\tapt-get update; \\\n\tapt-get install -y --no-install-recommends \\\n\t\tca-certificates \\\n\t; \\\n\trm -rf /var/lib/apt/lists/*\n',
  ],
  ['takes a pattern within the folder', 'Dockerfile', run('apt-get update && rm -f /var/lib/apt/lists/*_*')],
  ['says nothing of an apt installation without an update', 'Dockerfile', run('apt-get install -y ./a.deb')],
  [
    'takes apk --no-cache, and rm',
    'Dockerfile',
    run('apk add --no-cache a\nRUN apk --update add a && rm -rf /var/cache/apk/*'),
  ],
  [
    'reads here-documents',
    'Dockerfile',
    'FROM r.example.com/a\nRUN <<EOF\nset -e\ndnf -y install a\nEOF\n',
    '4:1 warning: dnf',
  ],
  [
    'does not take a here-document for a script that a command only writes',
    'Dockerfile',
    'FROM r.example.com/a\nRUN cat <<EOF > /usr/local/bin/up\nyum -y update\nEOF\n',
  ],
  [
    'does not take the script of another interpreter',
    'Dockerfile',
    'FROM r.example.com/a\nRUN <<EOF\n#!/usr/bin/env python3\nyum -y update\nEOF\n',
  ],
  [
    'reads the exec form and sh -c',
    'Dockerfile',
    run('["dnf", "-y", "install", "a"]\nRUN ["/bin/sh", "-c", "dnf -y update"]\nRUN bash -euxc \'yum -y update\''),
    '2:7 warning: dnf',
    '3:24 warning: dnf',
    '4:17 warning: yum',
  ],
  [
    'looks behind sudo, env and variables',
    'Dockerfile',
    run('sudo -E yum -y update\nRUN A=b env C=d /usr/bin/dnf -y update'),
    '2:13 warning: yum',
    '3:17 warning: dnf',
  ],
  [
    'is not misled by words in quotes, comments and arguments',
    'Dockerfile',
    run('echo "yum -y update" # yum -y update\nRUN echo yum update; ./yum-update'),
  ],
  [
    'does not take queries for installations',
    'Dockerfile',
    run('yum list installed && dnf repoquery a && yum-config-manager --enable b'),
  ],
  [
    'says nothing of a stage that ships no layer',
    'Dockerfile',
    'FROM r.example.com/a AS build\nRUN yum -y install gcc\nFROM r.example.com/b\nCOPY --from=build /a /a\n',
  ],
  [
    'judges the stage that the last one stands on',
    'Dockerfile',
    'FROM r.example.com/a AS build\nRUN yum -y install gcc\nFROM build\n',
    '2:5 warning: yum',
  ],
  [
    'judges what ONBUILD will run',
    'Dockerfile',
    'FROM r.example.com/a\nONBUILD RUN yum -y update\n',
    '2:13 warning: yum',
  ],
  [
    'reads the backtick of an escape directive',
    'Dockerfile',
    '# escape=`\nFROM r.example.com/a\nRUN yum -y `\n  update && yum `\n clean all\n',
  ],
]);
