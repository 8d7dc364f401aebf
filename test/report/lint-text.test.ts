import { expect } from 'chai';
import { buildLintReport } from '../../src/report/lint-report.js';
import { renderLintText } from '../../src/report/lint-text.js';
import { lintText } from '../lint/rig.js';

const plain = { width: 100, color: false, unicode: true };

describe('renderLintText', () => {
  it('writes a line for each finding, the remedy below the last of its kind, and a line that counts', async () => {
    const report = buildLintReport([
      await lintText('Dockerfile', 'FROM r.example.com/a:1 AS x\nFROM r.example.com/b:1\nUSER root\n'),
    ]);
    const lines = renderLintText(report, plain).split('\n');
    expect(lines[0]).to.match(/^Dockerfile:1:6: note image-pinned: the image r\.example\.com\/a:1 /);
    expect(lines[1]).to.match(/^Dockerfile:2:6: note image-pinned: /);
    expect(lines[2]).to.match(/^ {2}Write the digest/);
    expect(lines[3]).to.equal('Dockerfile:3:6: warning run-as-non-root: the image runs as root');
    expect(lines.slice(-2)).to.deep.equal(['1 file: 0 errors, 1 warning, 2 notes', '']);
  });

  it('says that there is nothing to say', async () => {
    const report = buildLintReport([await lintText('a.service', '[Service]\n')]);
    expect(renderLintText(report, plain)).to.equal('1 file: 0 errors, 0 warnings, 0 notes\n');
  });

  it('shows what could move a cursor as escapes, in colour too', async () => {
    const report = buildLintReport([
      await lintText('Docker\u001b[2Jfile.Dockerfile', 'FROM a\u001b[31m\u202e\nEXPOSE 1\n'),
    ]);
    expect(renderLintText(report, plain)).not.to.match(/[\u001b\u202e]/);
    expect(renderLintText(report, { ...plain, color: true })).not.to.match(/\u001b\[2J|\u202e/);
  });
});
