import { describeRule } from './rig.js';

const file = (...lines: string[]): string => ['FROM r.example.com/a', ...lines, ''].join('\n');

describeRule('update-cached', [
  [
    'warns of an update that nothing makes run again',
    'Dockerfile',
    file('RUN yum -y update && yum clean all'),
    '2:5 warning: earlier day',
  ],
  [
    'notes an update beside an installation',
    'Dockerfile',
    file('RUN yum -y update && yum -y install a && yum clean all'),
    '2:5 note: earlier day',
  ],
  [
    'warns of metadata in a RUN of its own',
    'Dockerfile',
    file('RUN apt-get update', 'RUN apt-get install -y a'),
    '2:5 warning: later RUNs install',
  ],
  ['says nothing of metadata that nothing uses', 'Dockerfile', file('RUN apt-get update')],
  [
    'says nothing of metadata read where they are used',
    'Dockerfile',
    file('RUN apt-get update && apt-get install -y a'),
  ],
  ['does not take metadata of another manager', 'Dockerfile', file('RUN apk update', 'RUN apt-get install -y a')],
  ['takes an ARG before it', 'Dockerfile', file('ARG TODAY', 'RUN yum -y update')],
  [
    'does not take an ARG after it, or one before FROM',
    'Dockerfile',
    `ARG TODAY\n${file('RUN yum -y update', 'ARG TODAY')}`,
    '3:5 warning: earlier day',
  ],
  ['takes a nonce in ENV or LABEL', 'Dockerfile', file('ENV REFRESHED_AT=1', 'RUN yum -y update')],
  ['takes a date as a value', 'Dockerfile', file('LABEL built="2026-05-01"', 'RUN yum -y update')],
  ['takes a date in the RUN itself', 'Dockerfile', file('RUN : 20260501 && yum -y update')],
  ['takes a remote file', 'Dockerfile', file('ADD https://r.example.com/today /tmp/today', 'RUN yum -y update')],
  ['does not take any ENV', 'Dockerfile', file('ENV VERSION=1.2', 'RUN yum -y update'), '3:5 warning: earlier day'],
  ['says nothing of an installation alone', 'Dockerfile', file('RUN yum -y install a')],
]);
