import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { expect } from 'chai';
import { ImgcheckError } from '../../src/core/error.js';
import type { LintedFile } from '../../src/lint/lint-file.js';
import { buildLintReport, type LintAnswer } from '../../src/report/lint-report.js';
import { lintText } from '../lint/rig.js';

const schema = JSON.parse(readFileSync(new URL('../../docs/lint.schema.json', import.meta.url), 'utf8')) as object;
const validate = new Ajv2020().compile(schema);

const fault = (file: string): LintAnswer => ({
  file,
  error: new ImgcheckError('usage', 'not YAML', { subject: `${file}:3:7`, hint: 'render it' }),
});
const linted = (file: string, text: string): Promise<LintedFile> => lintText(file, text);

describe('buildLintReport', () => {
  it('puts findings in order of file and place, and counts them', async () => {
    const report = buildLintReport([
      await linted('b/Dockerfile', 'FROM b\nUSER a\n'),
      fault('c.yaml'),
      await linted('a/Dockerfile', '# imgcheck ignore=image-pinned why\nFROM a\nUSER root\n'),
    ]);
    expect(report.findings.map(({ file, line, column, rule }) => `${file}:${line}:${column} ${rule}`)).to.deep.equal([
      'a/Dockerfile:2:6 image-qualified',
      'a/Dockerfile:3:6 run-as-non-root',
      'b/Dockerfile:1:6 image-pinned',
      'b/Dockerfile:1:6 image-qualified',
    ]);
    expect(report.files.map(({ file }) => file)).to.deep.equal(['b/Dockerfile', 'c.yaml', 'a/Dockerfile']);
    const counts = { files: 3, unread: 1, errors: 2, warnings: 2, notes: 0, suppressed: 1, omitted: 0 };
    expect(report.summary).to.deep.equal(counts);
    expect(report.exitCode).to.equal(1);
    expect(report.files[1]?.error).to.deep.equal({ message: 'not YAML', line: 3, column: 7, hint: 'render it' });
    expect(validate(report), JSON.stringify(validate.errors)).to.equal(true);
  });

  it('ends with 0 without an error, and with 2 when nothing could be read', async () => {
    const warned = buildLintReport([await linted('Dockerfile', 'FROM r.example.com/a\n'), fault('a')]);
    expect([warned.exitCode, validate(warned)]).to.deep.equal([0, true]);
    const nothing = buildLintReport([fault('a'), { file: 'b', error: new ImgcheckError('usage', 'no such file') }]);
    expect([nothing.exitCode, validate(nothing)]).to.deep.equal([2, true]);
  });
});
