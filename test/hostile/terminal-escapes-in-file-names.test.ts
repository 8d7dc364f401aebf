import { expect } from 'chai';
import { examineHostile, expectPrintable, findingsOf, imageOfTar, runHostile } from '../support/hostile.js';
import { buildHeaders } from '../support/rpm-database.js';
import { buildRpmHeader } from '../support/rpm-header.js';
import { buildSqlite } from '../support/rpm-sqlite.js';

const evil = [
  'esc\u001b[2J\u001b]0;owned\u0007',
  'newline\nfindings\n  pass',
  'tab\tand\rreturn',
  'bidi\u202egnp.exe\u202c',
  'c1\u009b31m',
  'invisible\u200b\u00ad\u2060\ufeff',
  'tags\u{e0041}\u{e0042}',
  'separator\u2028\u2029',
];
const names: readonly (string | Uint8Array)[] = [...evil, Buffer.from([0x62, 0xff, 0xfe, 0x1b, 0x5b, 0x48])];

describe('escapes in names of files', () => {
  const image = imageOfTar([
    ...names.map((path) => ({ path, mode: 0o6777, body: 'x', user: '\u001b[1mroot', group: 'a\u202eb' })),
    ...names.map((path) => ({ path, mode: 0o4755, body: 'y' })),
    { path: 'dev\u001b[5m', dev: [1, 5] as const },
    { path: 'etc/os-release', body: 'ID=rhel\nPRETTY_NAME="\u001b[31mRed\u202e Hat"\n' },
    { path: 'usr/lib/sysimage/rpm/rpmdb.sqlite', body: buildSqlite([...buildHeaders(2), evilPackage()]) },
    { path: '../out\u001b[8m', body: 'x' },
    { path: '.wh.', body: '' },
  ]);

  it('reach neither text nor JSON raw', async () => {
    const judged = await examineHostile(image);
    expect(findingsOf(judged, 'layers-intact')[0]?.outcome).to.equal('fail');
    expect(judged.printed).to.include('/esc\\e[2J\\e]0;owned\\x07').and.include('/newline\\nfindings');
    const reported = judged.report.layers[0]?.setuid?.map(({ path }) => path) ?? [];
    // The names themselves are told truly: JSON carries them, escaped.
    for (const name of evil) expect(reported).to.include(`/${name}`);
  });

  for (const command of [
    ['--format', 'text'],
    ['--format', 'json'],
    ['layers'],
    ['packages'],
    ['packages', '--format', 'tsv'],
    ['packages', '--format', 'json'],
  ]) {
    it(`do not reach the terminal by imgcheck ${command.join(' ')}`, async () => {
      const run = await runHostile(image, { command });
      const [subcommand] = command;
      expect(run.code).to.equal(subcommand === 'packages' ? 0 : subcommand === 'layers' ? 0 : 1);
      expectPrintable(subcommand === 'packages' ? run.stdout.replaceAll('\t', ' ') : run.stdout);
      expectPrintable(run.stderr);
      if (command.includes('json')) expect(JSON.parse(run.stdout)).to.be.an('object');
    });
  }
});

function evilPackage(): Uint8Array {
  const name = 'pkg\u001b[2J\tx\ny';
  return buildRpmHeader({
    name,
    version: '1\u202e2',
    release: '\u001b]8;;',
    arch: 'no\u0007arch',
    vendor: 'a\tb\nc',
    installTime: 1,
  });
}
