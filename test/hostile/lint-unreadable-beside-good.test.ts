import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { expectPrintable, inFolder, runCommand } from '../support/hostile.js';

const elf = Buffer.concat([Buffer.from('\x7fELF\x02\x01\x01'), Buffer.alloc(64), Buffer.from([0xff, 0xfe])]);

describe('lint of files that cannot be read', function () {
  this.timeout(120_000);

  it('says of each where it is wrong, and judges the others', () =>
    inFolder(async (folder) => {
      const at = (name: string): string => join(folder, name);
      writeFileSync(at('Dockerfile'), elf);
      writeFileSync(at('broken.yaml'), 'a: [\n');
      writeFileSync(at('heredoc.Dockerfile'), 'FROM r.example.com/a:1\nRUN cat <<EOF\nUSER a\n');
      writeFileSync(at('escape\u001b[2J.yaml'), 'a: 1\n');
      writeFileSync(at('good.Dockerfile'), 'FROM rhel7\nUSER 1\n');
      mkdirSync(at('folder'));
      symlinkSync('/dev/zero', at('zero'));
      const names = [
        'Dockerfile',
        'broken.yaml',
        'heredoc.Dockerfile',
        'escape\u001b[2J.yaml',
        'good.Dockerfile',
        'zero',
      ];
      const run = await runCommand(['lint', ...[...names, 'folder', 'missing'].map(at)]);
      expectPrintable(run.stdout + run.stderr);
      expect(run.code).to.equal(1);
      const lines = run.stderr.replaceAll(`${folder}/`, '').split('\n');
      expect(lines).to.deep.equal([
        'imgcheck: usage: Dockerfile:1:8: the file is not text: it holds a NUL byte',
        'imgcheck: usage: broken.yaml:2:1: not YAML: Flow sequence in block collection must be sufficiently indented and end with a ]',
        'imgcheck: usage: escape\\e[2J.yaml:1:1: neither Kubernetes, Compose, daemon.json nor a seccomp profile (known: Dockerfile, Containerfile, Kubernetes and Compose files, daemon.json, systemd units, seccomp profiles)',
        'imgcheck: usage: zero: not a regular file',
        'imgcheck: usage: folder: not a regular file',
        'imgcheck: usage: missing: there is no such file',
        '',
      ]);
      expect(run.stdout).to.include(
        'heredoc.Dockerfile:2:9: error dockerfile-syntax: the here-document EOF has no end',
      );
      expect(run.stdout).to.include('good.Dockerfile:1:6: error image-qualified');
      expect(run.stdout).to.match(/8 files: 2 errors, .*; 6 files not read\n$/);
    }));

  it('ends with 2, and says nothing on standard output, when none could be read', () =>
    inFolder(async (folder) => {
      const run = await runCommand(['lint', join(folder, 'missing'), folder]);
      expect([run.code, run.stdout, run.stderr.split('\n').length]).to.deep.equal([2, '', 3]);
    }));

  it('does not wait for a pipe', () =>
    inFolder(async (folder) => {
      execFileSync('mkfifo', [join(folder, 'Dockerfile')]);
      const run = await runCommand(['lint', join(folder, 'Dockerfile')]);
      expect([run.code, run.stderr]).to.deep.equal([2, `imgcheck: usage: ${folder}/Dockerfile: not a regular file\n`]);
    }));

  it('writes JSON into a file, with the errors in it', () =>
    inFolder(async (folder) => {
      const [file, output] = [join(folder, 'Dockerfile'), join(folder, 'out.json')];
      writeFileSync(file, 'FROM r.example.com/a:1\nUSER 1\n');
      const run = await runCommand(['lint', '--format', 'json', '--output', output, file, join(folder, 'missing')]);
      expect([run.code, run.stdout]).to.deep.equal([0, '']);
      const report = JSON.parse(readFileSync(output, 'utf8')) as {
        findings: { rule: string }[];
        files: { error?: { message: string } }[];
      };
      expect(report.findings.map(({ rule }) => rule)).to.deep.equal(['image-pinned']);
      expect(report.files[1]?.error?.message).to.equal('there is no such file');
    }));
});
