import { readFileSync } from 'node:fs';
import { expect } from 'chai';
import { parseDockerName } from '../../src/oci/docker-name.js';
import { matchesIdentity, remapReference } from '../../src/containers/identity.js';
import type { IdentityRule } from '../../src/containers/policy-requirement.js';
import { isImgcheckError } from '../../src/core/error.js';
import { formatReference, parseRegistryReference, type RegistryReference } from '../../src/oci/reference.js';
import { needShared } from '../support/shared.js';

interface Pair {
  readonly a: string;
  readonly b: string;
  readonly match: boolean;
}

interface Expected {
  readonly matchExact_and_exactReference: readonly Pair[];
  readonly matchRepository_and_exactRepository: readonly Pair[];
  readonly matchRepoDigestOrExact: { readonly cases: readonly { image: string; signed: string; match: boolean }[] };
  readonly remapIdentity_prefixMatches: readonly { ref: string; prefix: string; match: boolean }[];
  readonly remapIdentity_rewrite: readonly {
    prefix: string;
    signedPrefix: string;
    ref: string;
    result: string | null;
  }[];
  readonly remapIdentity_match: readonly {
    prefix: string;
    signedPrefix: string;
    image: string;
    signed: string;
    match: boolean;
  }[];
}

/** Undefined for what is no image reference. */
function image(text: string): RegistryReference | undefined {
  try {
    return parseDockerName(text);
  } catch (error) {
    if (isImgcheckError(error, 'usage')) return undefined;
    throw error;
  }
}

const matches = (rule: IdentityRule, asked: string, signed: string): boolean =>
  matchesIdentity(rule, image(asked), signed).matches;

const digest = `sha256:${'0'.repeat(64)}`;

describe('containers/identity', () => {
  describe('of containers/image', () => {
    let expected: Expected;
    before(function () {
      const root = needShared(this, 'data/containers-image-fixtures/expected');
      expected = JSON.parse(readFileSync(`${root}/identity-match.json`, 'utf8')) as Expected;
    });
    const bothWays = (pairs: readonly Pair[]): Pair[] =>
      pairs.flatMap(({ a, b, match }) => [
        { a, b, match },
        { a: b, b: a, match },
      ]);

    it('matches the same exact names', () => {
      for (const { a, b, match } of bothWays(expected.matchExact_and_exactReference)) {
        expect(matches({ type: 'matchExact' }, a, b), `${a} ${b}`).to.equal(match);
        if (image(a)) {
          const rule = { type: 'exactReference', reference: a } as const;
          expect(matchesIdentity(rule, undefined, b).matches, `${a} ${b}`).to.equal(match);
        }
        if (match) expect(matches({ type: 'matchRepoDigestOrExact' }, a, b), `${a} ${b}`).to.equal(true);
      }
    });

    it('matches the same repositories', () => {
      for (const { a, b, match } of bothWays(expected.matchRepository_and_exactRepository)) {
        expect(matches({ type: 'matchRepository' }, a, b), `${a} ${b}`).to.equal(match);
        if (image(a)) {
          const rule = { type: 'exactRepository', repository: a } as const;
          expect(matchesIdentity(rule, undefined, b).matches, `${a} ${b}`).to.equal(match);
        }
        if (!match) expect(matches({ type: 'matchRepoDigestOrExact' }, a, b), `${a} ${b}`).to.equal(false);
      }
    });

    it('matches the same repositories by digest and exact names by tag', () => {
      for (const { image: asked, signed, match } of expected.matchRepoDigestOrExact.cases) {
        expect(matches({ type: 'matchRepoDigestOrExact' }, asked, signed), `${asked} ${signed}`).to.equal(match);
      }
    });

    it('remaps the same prefixes', () => {
      for (const { ref, prefix, match } of expected.remapIdentity_prefixMatches) {
        const before = parseDockerName(ref);
        const after = remapReference({ prefix, signedPrefix: 'other.test/x' }, before);
        expect(after?.registry === 'other.test', `${ref} ${prefix}`).to.equal(match);
      }
    });

    it('remaps to the same names', () => {
      for (const { prefix, signedPrefix, ref, result } of expected.remapIdentity_rewrite) {
        const after = remapReference({ prefix, signedPrefix }, parseDockerName(ref));
        const text = after && formatReference(after);
        expect(text ?? null, ref).to.equal(result);
      }
    });

    it('matches remapped names the same', () => {
      for (const { prefix, signedPrefix, image: asked, signed, match } of expected.remapIdentity_match) {
        const rule = { type: 'remapIdentity', prefix, signedPrefix } as const;
        expect(matches(rule, asked, signed), `${asked} ${signed}`).to.equal(match);
      }
    });
  });

  const cases: readonly (readonly [IdentityRule, string, string, string | true])[] = [
    [{ type: 'matchExact' }, 'r.test/a:1', 'r.test/a:1', true],
    [{ type: 'matchExact' }, 'r.test/a:1', 'r.test/a:2', 'expected a signature for r.test/a:1, got one for r.test/a:2'],
    [
      { type: 'matchRepoDigestOrExact' },
      'r.test/a:1',
      'r.test/a',
      'expected a signature for r.test/a:1, got one for r.test/a, without a tag: only matchRepository and exactRepository allow that',
    ],
    [{ type: 'matchRepoDigestOrExact' }, `r.test/a@${digest}`, 'r.test/a:2', true],
    [
      { type: 'matchRepoDigestOrExact' },
      `r.test/a@${digest}`,
      'r.test/b:2',
      'expected a signature for the repository r.test/a, got one for r.test/b:2',
    ],
    [
      { type: 'matchRepoDigestOrExact' },
      `r.test/a:1@${digest}`,
      'r.test/a:1',
      `expected a signature for r.test/a:1@${digest}, got one for r.test/a:1`,
    ],
    [
      { type: 'matchExact' },
      'r.test/a',
      'r.test/a:1',
      'r.test/a has neither a tag nor a digest, which an exact name needs',
    ],
    [{ type: 'matchRepository' }, 'r.test/a:1', 'r.test/a', true],
    [{ type: 'matchRepository' }, 'index.docker.io/busybox:1', 'busybox:2', true],
    [
      { type: 'matchRepository' },
      'r.test/a:1',
      'r.test/A',
      'expected a signature for an image reference, got one for "r.test/A"',
    ],
    [
      { type: 'exactReference', reference: 'busybox:1' },
      'r.test/a:1',
      'r.test/a:1',
      'expected a signature for docker.io/library/busybox:1, got one for r.test/a:1',
    ],
    [
      { type: 'remapIdentity', prefix: 'm.test', signedPrefix: 'v.test/ns' },
      'm.test/a:1',
      'm.test/a:1',
      'expected a signature for v.test/ns/a:1, got one for m.test/a:1',
    ],
    [
      { type: 'remapIdentity', prefix: 'm.test/a', signedPrefix: 'v.test:5000' },
      'm.test/a:1',
      'v.test:5000/a:1',
      'signedPrefix v.test:5000 does not make an image reference of m.test/a:1',
    ],
  ];
  for (const [rule, asked, signed, verdict] of cases) {
    it(`${verdict === true ? 'lets' : 'does not let'} ${rule.type} take ${signed} for ${asked.slice(0, 40)}`, () => {
      const found = matchesIdentity(rule, parseRegistryReference(asked), signed);
      expect(found.matches ? true : found.reason).to.equal(verdict);
    });
  }

  it('lets only exact names match an image that no registry names', () => {
    const claim = 'r.test/a:1';
    expect(matchesIdentity({ type: 'exactReference', reference: claim }, undefined, claim).matches).to.equal(true);
    expect(matchesIdentity({ type: 'exactRepository', repository: claim }, undefined, claim).matches).to.equal(true);
    const others: readonly IdentityRule[] = [
      { type: 'matchExact' },
      { type: 'matchRepoDigestOrExact' },
      { type: 'matchRepository' },
      { type: 'remapIdentity', prefix: 'r.test', signedPrefix: 'r.test' },
    ];
    for (const rule of others) {
      const found = matchesIdentity(rule, undefined, claim);
      expect(found.matches ? '' : found.reason).to.match(/only exactReference and exactRepository/);
    }
  });

  it('takes a name of two megabytes for none, and quotes its beginning', () => {
    const found = matchesIdentity({ type: 'matchRepository' }, image('r.test/a:1'), 'a'.repeat(2_000_000));
    expect(found.matches ? '' : found.reason).to.have.length.below(300);
  });
});
