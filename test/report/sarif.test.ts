import { readFileSync } from 'node:fs';
import { Ajv } from 'ajv';
import { expect } from 'chai';
import { checks } from '../../src/checks/all.js';
import { rules } from '../../src/lint/all.js';
import { renderLintSarif } from '../../src/report/lint-sarif.js';
import { renderSarif } from '../../src/report/sarif.js';
import { expectGolden } from '../support/golden.js';
import { everyEvidence, lintReport, reports } from './formats.js';

interface Location {
  readonly physicalLocation: {
    readonly artifactLocation: { readonly uri: string; readonly uriBaseId?: string };
    readonly region: { readonly startLine: number; readonly startColumn?: number };
  };
}
interface Run {
  readonly tool: { readonly driver: { readonly rules: readonly { readonly id: string }[] } };
  readonly invocations: readonly { readonly executionSuccessful: boolean; readonly exitCode: number }[];
  readonly results: readonly {
    readonly ruleId: string;
    readonly ruleIndex: number;
    readonly level: string;
    readonly message: { readonly text: string };
    readonly locations: readonly Location[];
    readonly relatedLocations?: readonly Location[];
    readonly suppressions?: readonly { readonly justification: string }[];
  }[];
}

/** The schema of OASIS as the SARIF SDK of Microsoft ships it; its dialect is draft 4, in nothing that it uses unlike draft 7. */
const path = new URL('../../node_modules/@microsoft/jest-sarif/lib/schemas/sarif-2.1.0-rtm.5.json', import.meta.url);
const { id: _id, $schema: _dialect, ...schema } = JSON.parse(readFileSync(path, 'utf8')) as Record<string, unknown>;
const reference = /^(?:[A-Za-z0-9._~!$&'()*+,;=:@/?#[\]-]|%[0-9A-Fa-f]{2})*$/;
const validate = new Ajv({
  strict: false,
  unicodeRegExp: false, // one of its patterns has a bracket too many
  formats: {
    uri: (text: string) => URL.canParse(text),
    'uri-reference': (text: string) => reference.test(text) && URL.canParse(text, 'https://base.test/'),
    'date-time': (text: string) => !Number.isNaN(Date.parse(text)),
  },
}).compile(schema);

function parsed(text: string): readonly Run[] {
  const log = JSON.parse(text) as { readonly runs: readonly Run[] };
  expect(validate(log), JSON.stringify(validate.errors)).to.equal(true);
  return log.runs;
}

describe('SARIF', () => {
  it('is what the golden files hold', () => {
    expectGolden('check.sarif', renderSarif(reports, '1.2.3'));
    expectGolden('lint.sarif', renderLintSarif(lintReport, '1.2.3'));
  });

  it('is valid by the schema, with a place for every result', () => {
    for (const run of [...parsed(renderSarif(reports, '1.2.3')), ...parsed(renderLintSarif(lintReport, '1.2.3'))]) {
      for (const { ruleId, ruleIndex, locations, message } of run.results) {
        expect(run.tool.driver.rules[ruleIndex]?.id).to.equal(ruleId);
        expect(locations[0]?.physicalLocation.artifactLocation.uri).to.match(/\S/);
        expect(locations[0]?.physicalLocation.region.startLine).to.be.greaterThan(0);
        expect(message.text).to.match(/\S/);
      }
    }
  });

  it('describes every check and every lint rule', () => {
    const ids = (text: string): (string | undefined)[] => parsed(text)[0]?.tool.driver.rules.map(({ id }) => id) ?? [];
    expect(ids(renderSarif(reports, '1.2.3'))).to.deep.equal(checks.map(({ id }) => id));
    expect(ids(renderLintSarif(lintReport, '1.2.3'))).to.deep.equal(rules.map(({ id }) => id));
  });

  it('has a level by what binds, suppresses what is waived, and leaves out what passed', () => {
    const [app] = parsed(renderSarif(reports, '1.2.3'));
    expect(
      app?.results.map(({ ruleId, level, suppressions }) => [ruleId, level, suppressions?.length ?? 0]),
    ).to.deep.equal([
      ['base-current', 'error', 0],
      ['setuid', 'warning', 0],
      ['setuid', 'warning', 1],
      ['packages-signed', 'note', 0],
      ['user-not-root', 'note', 0],
    ]);
    const [suppression] = app?.results[2]?.suppressions ?? [];
    expect(suppression?.justification).to.equal('needs "raw" sockets (net <team>, until 2030-12-31; p.yaml:3)');
  });

  it('leads to files in the image, bytes that are no UTF-8 included, else to the image', () => {
    const [app] = parsed(renderSarif(reports, '1.2.3'));
    const all = [...(app?.results[1]?.locations ?? []), ...(app?.results[1]?.relatedLocations ?? [])];
    expect(all).to.have.length(everyEvidence.length);
    const places = all.map(({ physicalLocation: { artifactLocation, region } }) => [
      artifactLocation.uriBaseId ?? '',
      artifactLocation.uri,
      region.startLine,
    ]);
    expect(places.slice(0, 3)).to.deep.equal([
      ['IMAGE_ROOT', 'usr/bin/sudo', 1],
      ['IMAGE_ROOT', 'root/a%20b%3Ac%25%FF/%E2%80%AEkey', 7],
      ['', 'r.test%3A5000/team/app%3A1', 1],
    ]);
  });

  it('says what stood in the way of an image that could not be had', () => {
    const [, lost] = parsed(renderSarif(reports, '1.2.3'));
    expect(lost?.results).to.deep.equal([]);
    expect(lost?.invocations[0]).to.include({ executionSuccessful: false, exitCode: 13 });
  });

  it('makes no link of what an image says', () => {
    for (const text of [renderSarif(reports, '1.2.3'), renderLintSarif(lintReport, '1.2.3')]) {
      expect(text).not.to.match(/[^\\]\]\(/);
      expect(text).not.to.match(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202e]/);
    }
  });

  it('names files of the machine by file: addresses', () => {
    const finding = {
      rule: 'daemon-tcp',
      file: '/etc/docker/a b.json',
      line: 1,
      column: 2,
      message: 'x',
      severity: 'error',
    } as const;
    const [run] = parsed(renderLintSarif({ ...lintReport, findings: [finding] }, '1.2.3'));
    expect(run?.results[0]?.locations[0]?.physicalLocation).to.deep.equal({
      artifactLocation: { uri: 'file:///etc/docker/a%20b.json' },
      region: { startLine: 1, startColumn: 2 },
    });
  });
});
