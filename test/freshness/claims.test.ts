import { expect } from 'chai';
import type { Provenance } from '../../src/attestation/provenance.js';
import { gatherClaims, type StatedProvenance } from '../../src/freshness/claims.js';
import { formatReference, parseReference } from '../../src/oci/reference.js';
import { baseDigest, baseName, digestOfZeros, makeImage, someTime } from './rig.js';

const zeros = digestOfZeros();
const ones = zeros.replaceAll('0', '1');

/** Provenance with these images among its materials, and steps that lead down to `base`. */
function provenance(materials: readonly string[], base?: string): Provenance {
  const source = { id: 'a', inputs: [], source: base ?? '', lower: new Map<number, number>() };
  return {
    version: '1',
    completeness: {},
    materials: materials.map((uri) => ({ uri, digests: new Map() })),
    ...(base === undefined ? {} : { llb: [source] }),
  };
}

const exactly = (base: string, signed = false): StatedProvenance => ({
  provenance: provenance([], `docker-image://${base}`),
  signed,
});
const among = (materials: readonly string[], signed = false): StatedProvenance => ({
  provenance: provenance(materials.map((uri) => `pkg:docker/${uri}`)),
  signed,
});

interface Said {
  readonly provenances?: readonly StatedProvenance[];
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
  const option = said.option === undefined ? undefined : parseReference(said.option);
  const { claims, remarks } = gatherClaims(image, option, said.provenances);
  return {
    claims: claims.map(
      ({ reference, how, digest, tentative }) =>
        `${how.join('+')} ${formatReference(reference)} ${digest ?? '-'}${tentative ? ' perhaps' : ''}`,
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
    [
      'what the steps of provenance lead to, with the digest of the build',
      { provenances: [exactly(`r.test/base:9@${zeros}`)] },
      [`provenance r.test/base:9 ${zeros}`],
    ],
    [
      'signed provenance before unsigned, and both before annotations',
      {
        option: 'r.test/o:1',
        annotation: ['r.test/a:1'],
        provenances: [exactly('r.test/u:1'), exactly('r.test/s:1', true)],
      },
      ['option r.test/o:1 -', 'signed-provenance r.test/s:1 -', 'provenance r.test/u:1 -', 'annotation r.test/a:1 -'],
    ],
    [
      'one claim for provenance and annotation that agree',
      { annotation: ['r.test/base:9', zeros], provenances: [exactly('r.test/base:9'), exactly('r.test/base:9')] },
      [`provenance+annotation r.test/base:9 ${zeros}`],
    ],
    [
      'each image among the materials as one that may be it',
      { provenances: [among(['r.test/golang@1', 'r.test/base@9'], true)] },
      ['signed-provenance r.test/golang:1 - perhaps', 'signed-provenance r.test/base:9 - perhaps'],
    ],
    [
      'for certain what an annotation names among the materials',
      { annotation: ['r.test/base:9'], provenances: [among(['r.test/golang@1', 'r.test/base@9'])] },
      ['provenance r.test/golang:1 - perhaps', 'provenance+annotation r.test/base:9 -'],
    ],
    [
      'for certain what the steps of one lead to and the materials of another hold',
      { provenances: [among(['r.test/base@9']), exactly('r.test/base:9')] },
      ['provenance r.test/base:9 -'],
    ],
    [
      'nothing for materials of another platform',
      { provenances: [among(['r.test/golang@1?platform=linux%2Farm64', 'r.test/base@9?platform=linux%2Famd64'])] },
      ['provenance r.test/base:9 - perhaps'],
    ],
    [
      'no base where the steps lead to files',
      { provenances: [{ provenance: provenance([], 'local://context'), signed: true }] },
      [],
    ],
    [
      'a remark where the steps lead to an image in a folder',
      { provenances: [{ provenance: provenance([], 'oci-layout://x@sha256:1'), signed: true }] },
      [],
      [/^the signed-provenance is of a build on oci-layout:\/\/x@sha256:1, which names no registry$/],
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
