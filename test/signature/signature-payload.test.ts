import { readFileSync } from 'node:fs';
import { expect } from 'chai';
import { parseSignaturePayload, type PayloadType } from '../../src/signature/signature-payload.js';
import { needShared } from '../support/shared.js';

const digest = `sha256:${'a'.repeat(64)}`;
const atomic = 'atomic container signature';
const cosign = 'cosign container image signature';
const critical = {
  type: atomic,
  image: { 'docker-manifest-digest': digest },
  identity: { 'docker-reference': 'a#@!' },
};
const optional = { creator: 'X', timestamp: 1484683104 };
const base = { critical, optional };
type Change = (text: string) => string;

const parse = (value: unknown, type: PayloadType = atomic) =>
  parseSignaturePayload(typeof value === 'string' ? Buffer.from(value) : Buffer.from(JSON.stringify(value)), type);

/** The base with a part of its text replaced. */
const bent =
  (from: string, to: string): Change =>
  (text) => {
    if (!text.includes(from)) throw new Error(`no ${from} in it`);
    return text.replace(from, to);
  };

/** Each rule of the collection that refuses, with texts that break it and what is said of them. */
const refused: Readonly<Record<string, readonly (readonly [Change, string])[]>> = {
  'not JSON': [
    [() => 'hello', 'is not JSON'],
    [() => '', 'is not JSON'],
    [(text) => `\ufeff${text}`, 'is not JSON'],
    [(text) => text.slice(0, -1), 'is not JSON'],
  ],
  'not an object': [
    [() => '[]', 'payload is not an object'],
    [() => 'null', 'payload is not an object'],
    [() => '1', 'payload is not an object'],
  ],
  'missing critical': [[() => JSON.stringify({ optional }), 'payload.critical is missing']],
  'missing optional': [[() => JSON.stringify({ critical }), 'payload.optional is missing']],
  'extra top-level member': [
    [bent('{', '{"unexpected":1,'), 'payload has an unknown member "unexpected"'],
    [bent('{', '{"__proto__":1,'), 'payload has an unknown member "__proto__"'],
    [bent('"critical"', '"Critical"'), 'payload.critical is missing'],
  ],
  'critical not an object': [
    [() => JSON.stringify({ critical: 1, optional }), 'payload.critical is not an object'],
    [() => JSON.stringify({ critical: null, optional }), 'payload.critical is missing: an object is required'],
    [() => JSON.stringify({ critical: [critical], optional }), 'payload.critical is not an object'],
  ],
  'optional not an object': [
    [() => JSON.stringify({ critical, optional: 1 }), 'payload.optional is not an object'],
    [() => JSON.stringify({ critical, optional: null }), 'payload.optional is missing: an object is required'],
    [() => JSON.stringify({ critical, optional: [] }), 'payload.optional is not an object'],
  ],
  'critical missing type/image/identity': (['type', 'image', 'identity'] as const).map((name) => [
    () => JSON.stringify({ critical: { ...critical, [name]: undefined }, optional }),
    `payload.critical.${name} is missing`,
  ]),
  'extra member in critical': [[bent('"type"', '"x":1,"type"'), 'payload.critical has an unknown member "x"']],
  'type not a string or other text': [
    [bent(`"${atomic}"`, '1'), 'payload.critical.type is not a string'],
    [bent(`"${atomic}"`, 'null'), 'payload.critical.type is missing'],
    [bent(atomic, 'other'), `expected ${atomic}, got other`],
    [bent(atomic, cosign), `expected ${atomic}, got ${cosign}`],
    [bent(atomic, `${atomic} `), `expected ${atomic}, got ${atomic} `],
  ],
  'image not an object / missing docker-manifest-digest / extra member': [
    [bent(JSON.stringify(critical.image), '1'), 'payload.critical.image is not an object'],
    [bent(JSON.stringify(critical.image), '{}'), 'payload.critical.image.docker-manifest-digest is missing'],
    [bent('"docker-manifest', '"x":1,"docker-manifest'), 'payload.critical.image has an unknown member "x"'],
  ],
  'docker-manifest-digest not a string, or not a well-formed digest (sha256:../..)': [
    [bent(`"${digest}"`, '1'), 'docker-manifest-digest is not a string'],
    [bent(`"${digest}"`, 'null'), 'docker-manifest-digest is missing'],
    ...['sha256:../..', 'sha256:', '', digest.toUpperCase(), digest.slice(0, -1), `${digest}a`, `md5:${'a'.repeat(32)}`]
      .map((other) => bent(digest, other))
      .map((change) => [change, 'is not a sha256 or sha512 digest'] as const),
    [bent(digest, `sha384:${'a'.repeat(96)}`), 'is not a sha256 or sha512 digest: sha384:aaa'],
  ],
  'identity not an object / missing docker-reference / extra member': [
    [bent(JSON.stringify(critical.identity), '"a"'), 'payload.critical.identity is not an object'],
    [bent(JSON.stringify(critical.identity), '{}'), 'payload.critical.identity.docker-reference is missing'],
    [bent('"docker-reference', '"x":1,"docker-reference'), 'payload.critical.identity has an unknown member "x"'],
  ],
  'docker-reference not a string': [
    [bent('"a#@!"', '1'), 'docker-reference is not a string'],
    [bent('"a#@!"', 'null'), 'docker-reference is missing'],
  ],
  'optional.creator not a string': [[bent('"X"', '1'), 'payload.optional.creator is not a string']],
  'optional.timestamp not a number, or fractional': [
    [bent('1484683104', '"1484683104"'), 'payload.optional.timestamp is not a whole number'],
    [bent('1484683104', '0.5'), 'payload.optional.timestamp is not a whole number'],
    [bent('1484683104', '1e300'), 'payload.optional.timestamp is not a whole number'],
    [bent('1484683104', '9223372036854775807'), 'payload.optional.timestamp is not a whole number'],
  ],
  'any duplicate member at any level': [
    [bent('"optional"', '"critical":{},"optional"'), 'has the member "critical" twice'],
    [bent('"type"', '"type":1,"type"'), 'has the member "type" twice'],
    [bent('"type"', '"t\\u0079pe":1,"type"'), 'has the member "type" twice'],
    [bent('"docker-manifest', `"docker-manifest-digest":"${digest}","docker-manifest`), 'digest" twice'],
    [bent('"docker-reference', '"docker-reference":"b","docker-reference'), 'has the member "docker-reference" twice'],
    [bent('"creator"', '"creator":"b","creator"'), 'has the member "creator" twice'],
    [bent('"creator"', '"x":{"y":[{"z":1,"z":1}]},"creator"'), 'has the member "z" twice'],
  ],
  'data after the object': [
    [(text) => `${text}{}`, 'is not JSON'],
    [(text) => `${text}\0`, 'is not JSON'],
    [(text) => text + text, 'is not JSON'],
  ],
};

describe('signature/signature-payload', () => {
  const accepted: readonly (readonly [string, unknown, object])[] = [
    ['the base', base, optional],
    ['an unknown member of what is optional', { critical, optional: { ...optional, x: [1] } }, optional],
    ['nothing that is optional', { critical, optional: {} }, {}],
    ['null for what is optional inside', { critical, optional: { creator: null, timestamp: null } }, {}],
    ['whitespace around it', `\n ${JSON.stringify(base)}\t\r\n`, optional],
    ['a time before 1970', { critical, optional: { timestamp: -1 } }, { timestamp: -1 }],
    ['a time that is whole though written as a fraction', bent('104', '104.0')(JSON.stringify(base)), optional],
  ];
  for (const [what, payload, rest] of accepted) {
    it(`reads ${what}`, () => expect(parse(payload)).to.deep.equal({ digest, reference: 'a#@!', ...rest }));
  }

  it('reads a digest of SHA-512', () => {
    const long = `sha512:${'b'.repeat(128)}`;
    expect(parse(bent(digest, long)(JSON.stringify(base))).digest).to.equal(long);
  });

  it('reads what cosign signs, where null stands for nothing that is optional', () => {
    const payload = { critical: { ...critical, type: cosign }, optional: null };
    expect(parse(payload, cosign)).to.deep.equal({ digest, reference: 'a#@!' });
    expect(parse({ ...payload, optional }, cosign)).to.deep.equal({ digest, reference: 'a#@!', ...optional });
    expect(() => parse({ critical: payload.critical }, cosign)).to.throw('payload.optional is missing');
    expect(() => parse({ ...payload, optional: 1 }, cosign)).to.throw('payload.optional is not an object');
    expect(() => parse(base, cosign)).to.throw(`expected ${cosign}, got ${atomic}`);
  });

  for (const [rule, changes] of Object.entries(refused)) {
    it(`refuses: ${rule}`, () => {
      for (const [change, reason] of changes) {
        const text = change(JSON.stringify(base));
        expect(() => parse(text), text)
          .to.throw(reason)
          .with.property('kind', 'hostile');
      }
    });
  }

  it('refuses bytes that are not UTF-8', () => {
    const bytes = Buffer.from(JSON.stringify({ critical, optional: { x: '\xff' } }), 'latin1');
    expect(() => parseSignaturePayload(bytes, atomic)).to.throw('is not UTF-8');
  });

  it('knows every rule of the collection', function () {
    const path = needShared(this, 'data', 'containers-image-fixtures', 'expected', 'payload-rules.json');
    const rules = JSON.parse(readFileSync(path, 'utf8')) as { base: unknown; reject: string[]; accept: string[] };
    expect(Object.keys(refused)).to.have.members(rules.reject);
    expect(rules.accept).to.have.length(3);
    expect(parse(rules.base)).to.deep.equal({ digest, reference: 'reference#@!', ...optional });
  });
});
