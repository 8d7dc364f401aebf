import { expect } from 'chai';
import { faultOf, lintText } from './rig.js';

const pod = 'apiVersion: v1\nkind: Pod\nspec: {containers: [{name: a}]}\n';

describe('the kind of a file', () => {
  for (const [file, text, kind] of [
    ['Dockerfile', 'FROM a\n', 'dockerfile'],
    ['build/Dockerfile.prod', 'FROM a\n', 'dockerfile'],
    ['web.Dockerfile', 'FROM a\n', 'dockerfile'],
    ['Containerfile', 'FROM a\n', 'dockerfile'],
    ['image', '# c\n\nARG A=1\nFROM a:$A\n', 'dockerfile'],
    ['pod.yaml', pod, 'kubernetes'],
    ['list.json', '{"apiVersion": "v1", "kind": "List", "items": []}', 'kubernetes'],
    ['manifest', pod, 'kubernetes'],
    ['compose.yaml', 'services: {a: {image: b}}\n', 'compose'],
    ['docker-compose.yml', 'version: "3"\nservices:\n  a: {}\n', 'compose'],
    ['daemon.json', '{}', 'daemon-json'],
    ['docker.json', '{"live-restore": true}', 'daemon-json'],
    ['profile.json', '{"defaultAction": "SCMP_ACT_ERRNO", "syscalls": []}', 'seccomp-profile'],
    ['docker.service', '[Service]\n', 'systemd-unit'],
    ['override.conf', '[Service]\nExecStart=\n', 'systemd-unit'],
  ] as const) {
    it(`takes ${file} for ${kind}`, async () => {
      expect((await lintText(file, text)).kind).to.equal(kind);
    });
  }

  for (const [file, text, fault] of [
    ['Dockerfile', pod, 'Dockerfile:1:1: the file holds no instruction of a Dockerfile'],
    ['Dockerfile', '', 'Dockerfile:1:1: the file holds no instruction of a Dockerfile'],
    ['compose.yaml', '\n\nnetworks: {}\n', 'compose.yaml:3:1: neither Kubernetes'],
    ['daemon.json', '[1]', 'daemon.json:1:1: neither Kubernetes'],
    ['daemon.json', '{"hosts": [],}', 'daemon.json:1:14: not JSON'],
    ['daemon.json', '{"hosts": [], "hosts": []}', 'daemon.json:1:15: the key hosts is written twice'],
    ['pod.yaml', '# nothing\n', 'pod.yaml:1:1: the file is empty'],
    ['README.md', '# Words\n\nMore of them\n', 'README.md:1:1: the file is of no kind'],
    ['Dockerfile.dockerignore', 'FROM\n', 'Dockerfile.dockerignore:1:1: the file is of no kind'],
    ['chart.yaml', 'a: {{ .Values.a }}\n', 'chart.yaml:1:'],
  ] as const) {
    it(`says what is wrong with ${file} that holds ${JSON.stringify(text.slice(0, 20))}`, async () => {
      expect(await faultOf(file, text)).to.include(fault);
    });
  }
});
