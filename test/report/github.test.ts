import { expect } from 'chai';
import { renderGithub } from '../../src/report/github.js';
import { renderLintGithub } from '../../src/report/lint-github.js';
import { expectGolden } from '../support/golden.js';
import { lintReport, reports } from './formats.js';

/** Reads a command as the runner does: properties up to the next `::`, then the message, each unescaped. */
function read(line: string): { command: string; properties: Record<string, string>; message: string } {
  const [, command = '', list = '', message = ''] = /^::(\w+) (.*?)::(.*)$/.exec(line) ?? [];
  const unescape = (text: string): string =>
    text
      .replaceAll('%3A', ':')
      .replaceAll('%2C', ',')
      .replaceAll('%0D', '\r')
      .replaceAll('%0A', '\n')
      .replaceAll('%25', '%');
  const properties = Object.fromEntries(
    list.split(',').map((pair) => {
      const at = pair.indexOf('=');
      return [pair.slice(0, at), unescape(pair.slice(at + 1))];
    }),
  );
  return { command, properties, message: unescape(message) };
}

describe('GitHub annotations', () => {
  it('are what the golden files hold', () => {
    expectGolden('check.github.txt', renderGithub(reports));
    expectGolden('lint.github.txt', renderLintGithub(lintReport));
  });

  it('are errors where something binds and fails, the gravest first, the verdicts last', () => {
    const lines = renderGithub(reports).trimEnd().split('\n');
    const read_ = lines.filter((line) => line.startsWith('::')).map(read);
    expect(read_.map(({ command, properties }) => `${command} ${properties['title'] ?? ''}`)).to.deep.equal([
      'error base-current (r.test:5000/team/app:1)',
      'error missing (oci-archive:/srv/x y.tar)',
      'warning setuid (r.test:5000/team/app:1)',
      'warning packages-signed (r.test:5000/team/app:1)',
      'notice setuid (r.test:5000/team/app:1)',
      'notice user-not-root (r.test:5000/team/app:1)',
    ]);
    expect(lines.slice(-2)).to.deep.equal([
      'imgcheck: r.test:5000/team/app:1: fail (exit 1)',
      'imgcheck: oci-archive:/srv/x y.tar: unknown (exit 13)',
    ]);
  });

  it('stand at file, line and column for lint', () => {
    const [first, second] = renderLintGithub(lintReport).split('\n').map(read);
    expect(first?.properties).to.deep.equal({
      file: 'a:b,c%\\r\\n::error::d.yaml',
      line: '2',
      col: '9',
      title: 'not judged',
    });
    expect(first?.message).to.equal('not YAML (render it)');
    expect(second?.properties).to.include({ file: 'web/Dockerfile', line: '3', col: '5', title: 'run-as-non-root' });
  });

  it('hold one command a line, whatever an image says', () => {
    for (const text of [renderGithub(reports), renderLintGithub(lintReport)]) {
      expect(text).not.to.match(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202e]/);
      const commands = text.split('\n').filter((line) => line.startsWith('::'));
      expect(commands.filter((line) => !/[ ,]title=/.test(line))).to.deep.equal([]);
      expect(commands).to.have.length(text.includes('image-pinned') ? 4 : 6);
    }
  });
});
