import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { expect } from 'chai';
import { parse } from 'yaml';
import { checks } from '../../src/checks/all.js';
import { parsePolicy } from '../../src/policy/parse-policy.js';
import { builtInPolicy, profileNames, requirementOf } from '../../src/policy/policy.js';
import { renderStartingPolicy } from '../../src/policy/starting-policy.js';

interface Schema {
  readonly properties: Readonly<Record<string, { readonly propertyNames?: { readonly enum: readonly string[] } }>>;
}
const schema = JSON.parse(readFileSync(new URL('../../docs/policy.schema.json', import.meta.url), 'utf8')) as Schema;
const validate = new Ajv2020({ strict: true, strictRequired: false }).compile(schema);

/** The file with every setting in force. */
function settings(text: string): string {
  return text.replace(/^#(?! \S)/gm, '');
}

describe('renderStartingPolicy', () => {
  for (const profile of profileNames) {
    it(`writes a file for ${profile} that says what the profile says`, async () => {
      const policy = await parsePolicy(renderStartingPolicy(profile), 'x');
      expect(policy).to.deep.equal({ ...builtInPolicy, from: 'x', profile });
    });

    it(`shows every key to ${profile}, all of them read once they are in force`, async () => {
      const text = settings(renderStartingPolicy(profile));
      const policy = await parsePolicy(text, 'x');
      expect(Object.keys(parse(text) as object).sort()).to.deep.equal(Object.keys(schema.properties).sort());
      expect(policy.exceptions).to.have.length(1);
      for (const { id } of checks) {
        expect(policy.checks.get(id), id).to.equal(requirementOf({ ...builtInPolicy, profile }, id));
      }
      expect(validate(parse(text)), JSON.stringify(validate.errors)).to.equal(true);
    });
  }

  it('has no line that an editor would wrap', () => {
    for (const line of renderStartingPolicy('nightly').split('\n')) expect(line.length).to.be.at.most(130);
  });
});

describe('docs/policy.schema.json', () => {
  it('knows every check', () => {
    expect(schema.properties['checks']?.propertyNames?.enum).to.deep.equal(checks.map(({ id }) => id));
  });

  for (const [what, text] of [
    ['an unknown key', 'version: 1\nprofil: nightly'],
    ['no version', 'profile: nightly'],
    ['an unknown check', 'version: 1\nchecks: { setiud: off }'],
    [
      'an exception without owner',
      "version: 1\nexceptions: [{check: tls, match: {image: a}, reason: b, expiry: '2030-01-01'}]",
    ],
    ['an exception for all', "version: 1\nexceptions: [{check: tls, reason: b, owner: c, expiry: '2030-01-01'}]"],
    ['a signer of two kinds', 'version: 1\nsigners: [{ key: a, identity: b, issuer: c }]'],
  ] as const) {
    it(`refuses ${what}, as the parser does`, async () => {
      expect(validate(parse(text))).to.equal(false);
      let refused = false;
      await parsePolicy(text, 'x').catch(() => (refused = true));
      expect(refused).to.equal(true);
    });
  }
});
