import { expect } from 'chai';
import { gatherClaims } from '../../src/freshness/claims.js';
import { formatReference, parseReference } from '../../src/oci/reference.js';
import { baseDigest, baseName, digestOfZeros, makeImage, someTime } from './rig.js';

const zeros = digestOfZeros();
const ones = zeros.replaceAll('0', '1');

interface Said {
  readonly option?: string;
  readonly annotation?: readonly [name?: string | undefined, digest?: string];
  readonly label?: readonly [name?: string | undefined, digest?: string];
  readonly comments?: readonly string[];
}

function named([name, digest]: readonly [name?: string | undefined, digest?: string] = []): Record<string, string> {
  return {
    ...(name === undefined ? {} : { [baseName]: name }),
    ...(digest === undefined ? {} : { [baseDigest]: digest }),
  };
}

async function claimsOf(said: Said): Promise<{ claims: readonly string[]; remarks: readonly string[] }> {
  const image = await makeImage('r.test/app:1', {
    layers: ['a'],
    annotations: named(said.annotation),
    labels: named(said.label),
    history: (said.comments ?? ['']).map((comment, i) => ({ created: someTime, comment, empty_layer: i > 0 })),
  });
  const { claims, remarks } = gatherClaims(image, said.option === undefined ? undefined : parseReference(said.option));
  return {
    claims: claims.map(
      ({ reference, how, digest }) => `${how.join('+')} ${formatReference(reference)} ${digest ?? '-'}`,
    ),
    remarks,
  };
}

describe('gatherClaims', () => {
  const cases: readonly [what: string, said: Said, claims: readonly string[], remarks?: readonly RegExp[]][] = [
    ['nothing where nobody says a word', {}, []],
    ['the option', { option: 'r.test/base:9' }, ['option r.test/base:9 -']],
    ['an option in a folder', { option: 'oci:some/folder' }, ['option oci:some/folder -']],
    ['the annotations', { annotation: ['r.test/base:9', zeros] }, [`annotation r.test/base:9 ${zeros}`]],
    [
      'the labels, which clients that drop annotations keep',
      { label: ['r.test/base:9', zeros] },
      [`label r.test/base:9 ${zeros}`],
    ],
    ['the digest within a name', { label: [`r.test/base:9@${zeros}`] }, [`label r.test/base:9@${zeros} ${zeros}`]],
    [
      'one claim for one name, with the digest of whoever has it',
      { option: 'r.test/base:9', annotation: ['r.test/base:9'], label: ['r.test/base:9', zeros] },
      [`option+annotation+label r.test/base:9 ${zeros}`],
    ],
    [
      'one claim for a name without tag and the same with latest',
      { annotation: ['r.test/base'], label: ['r.test/base:latest'] },
      ['annotation+label r.test/base -'],
    ],
    [
      'two claims for two digests of one name',
      { annotation: ['r.test/base:9', zeros], label: ['r.test/base:9', ones] },
      [`annotation r.test/base:9 ${zeros}`, `label r.test/base:9 ${ones}`],
    ],
    [
      'two claims for two names',
      { annotation: ['r.test/base:9'], label: ['r.test/base:8'] },
      ['annotation r.test/base:9 -', 'label r.test/base:8 -'],
    ],
    [
      'a digest alone apart from latest',
      { annotation: [`r.test/base@${zeros}`], label: ['r.test/base:latest'] },
      [`annotation r.test/base@${zeros} ${zeros}`, 'label r.test/base:latest -'],
    ],
    [
      'the last image that buildah names',
      { comments: ['FROM r.test/ubi:9', 'FROM r.test/python:3', 'FROM builder'] },
      ['history r.test/python:3 -'],
    ],
    [
      'no base where the name is empty, as buildah writes it for scratch',
      { annotation: ['', ''], label: ['', ''] },
      [],
    ],
    ['no base where the name is scratch', { label: ['scratch'], comments: ['FROM scratch'] }, []],
    [
      'a remark for a naked name',
      { label: ['ubi9'] },
      [],
      [/^the label names the base "ubi9", which is not a qualified/],
    ],
    ['a remark for a stage alone', { comments: ['FROM builder'] }, [], [/^the history names the base "builder"/]],
    [
      'a remark for a digest without a name',
      { annotation: [undefined, zeros] },
      [],
      [/^the annotation gives the digest of a base, but not its name/],
    ],
    [
      'the name with a remark where the digest is none',
      { annotation: ['r.test/base:9', 'sha256:beef'] },
      ['annotation r.test/base:9 -'],
      [/^the annotation gives a base digest that is none$/],
    ],
    ['a remark of bounded length for a name of any length', { label: ['x'.repeat(100_000)] }, [], [/^.{200,300}$/]],
    ['a remark for the short form of the hub', { label: ['docker.io/alpine'] }, [], [/docker\.io\/alpine/]],
  ];
  for (const [what, said, claims, remarks = []] of cases) {
    it(`gives ${what}`, async () => {
      const found = await claimsOf(said);
      expect(found.claims).to.deep.equal(claims);
      expect(found.remarks.length).to.equal(remarks.length);
      for (const [i, form] of remarks.entries()) expect(found.remarks[i]).to.match(form);
    });
  }
});
