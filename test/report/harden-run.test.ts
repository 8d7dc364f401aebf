import { spawnSync } from 'node:child_process';
import { expect } from 'chai';
import { readRunLines } from '../../src/containers/run-line.js';
import { renderRunLine, volumeNames } from '../../src/report/harden-run.js';
import { imagesByName, reportOn } from '../advise/rig.js';

/** The words that a real shell hands to the engine. */
function wordsOf(line: string, engine: string): string[] {
  const { stdout, stderr, status } = spawnSync('/bin/sh', ['-euc', `${engine}() { printf '%s\\0' "$@"; }\n${line}`]);
  expect(String(stderr)).to.equal('');
  expect(status).to.equal(0);
  return String(stdout).split('\0').slice(0, -1);
}

/** Options that take a value, and those that do not: all that may stand before the image. */
const valued = new Set(['--user', '--cap-drop', '--cap-add', '--security-opt', '--tmpfs', '--volume', '--sysctl']);
const alone = new Set(['--read-only', '--systemd=always']);

describe('renderRunLine', () => {
  for (const [name, given] of Object.entries(imagesByName)) {
    for (const engine of ['docker', 'podman'] as const) {
      it(`writes a line for ${name} that a shell reads as ${engine} options and the image, and nothing else`, async () => {
        const report = await reportOn(given);
        const [run, ...words] = wordsOf(renderRunLine(report, engine), engine);
        expect(run).to.equal('run');
        const options: { name: string; value: string }[] = [];
        while (words[0]?.startsWith('-')) {
          const option = words.shift() ?? '';
          if (alone.has(option)) {
            const [, long = '', value = 'true'] = /^--([^=]+)=?(.*)$/.exec(option) ?? [];
            options.push({ name: long, value: value || 'true' });
          } else {
            expect(valued.has(option), option).to.equal(true);
            options.push({ name: option.slice(2), value: words.shift() ?? '' });
          }
        }
        expect(words).to.deep.equal([report.image.pinned]);
        expect(options).to.deep.include({ name: 'cap-drop', value: 'ALL' });
        const lines = readRunLines(renderRunLine(report, engine));
        expect(lines.map((line) => line.engine)).to.deep.equal([engine]);
        expect(lines[0]?.options.map((one) => ({ name: one.name, value: one.value }))).to.deep.equal(options);
      });
    }
  }

  it('tells Docker nothing for a low port and Podman the capability', async () => {
    const report = await reportOn(imagesByName.nginx);
    expect(renderRunLine(report, 'docker')).not.to.include('NET_BIND_SERVICE');
    expect(renderRunLine(report, 'podman')).to.include('--cap-add NET_BIND_SERVICE');
  });

  it('names a file to Podman, and to Docker what it is loaded as', async () => {
    const report = await reportOn(imagesByName.app);
    const { pinned: _, ...image } = { ...report.image, reference: "oci:it's here; id:1" };
    const local = { ...report, image };
    expect(wordsOf(renderRunLine(local, 'podman'), 'podman').at(-1)).to.equal("oci:it's here; id:1");
    expect(wordsOf(renderRunLine(local, 'docker'), 'docker').at(-1)).to.equal('IMAGE');
    const broken = { ...report, image: { ...image, reference: 'oci:a\nrm -rf x' } };
    expect(wordsOf(renderRunLine(broken, 'docker'), 'docker').at(-1)).to.equal('IMAGE');
  });
});

describe('volumeNames', () => {
  it('gives each path a DNS label of its own', () => {
    const long = `/${'a'.repeat(80)}`;
    const names = [...volumeNames(['/a/b', '/a-b', '/A/b', '/_', '/-', long, `${long}/`]).values()];
    expect(new Set(names).size).to.equal(names.length);
    expect(names.slice(0, 4)).to.deep.equal(['a-b', 'a-b-2', 'a-b-3', 'data']);
    for (const name of names) expect(name).to.match(/^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/);
  });
});
