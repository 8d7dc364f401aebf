import { expect } from 'chai';
import { readRequirement, type Requirement } from '../../src/containers/policy-requirement.js';
import type { Json } from '../../src/core/json.js';
import { failureOf } from '../source/failure.js';

const read = (json: Json): Requirement => readRequirement(json, '/test/policy.json', 'default[0]');

describe('containers/policy-requirement', () => {
  const identity = { type: 'matchRepoDigestOrExact' };
  const gpg = { type: 'signedBy', keyType: 'GPGKeys' };
  const cases: readonly (readonly [string, Json, unknown])[] = [
    ['reject', { type: 'reject' }, { type: 'reject' }],
    ['insecureAcceptAnything', { type: 'insecureAcceptAnything' }, { type: 'insecureAcceptAnything' }],
    ['keyPath', { ...gpg, keyPath: '/k' }, { ...gpg, keys: { paths: ['/k'] }, identity }],
    ['keyPaths', { ...gpg, keyPaths: ['/k', '/l'] }, { ...gpg, keys: { paths: ['/k', '/l'] }, identity }],
    ['keyData', { ...gpg, keyData: 'eA==' }, { ...gpg, keys: { data: ['eA=='] }, identity }],
    [
      'a keyType that is never satisfied',
      { type: 'signedBy', keyType: 'signedByX509CAs', keyPath: '/k', signedIdentity: { type: 'matchExact' } },
      { type: 'signedBy', keyType: 'signedByX509CAs', keys: { paths: ['/k'] }, identity: { type: 'matchExact' } },
    ],
    [
      'remapIdentity',
      {
        ...gpg,
        keyPath: '/k',
        signedIdentity: { type: 'remapIdentity', prefix: 'm.test:5000/v', signedPrefix: 'v.test' },
      },
      {
        ...gpg,
        keys: { paths: ['/k'] },
        identity: { type: 'remapIdentity', prefix: 'm.test:5000/v', signedPrefix: 'v.test' },
      },
    ],
    [
      'signedBaseLayer',
      { type: 'signedBaseLayer', baseLayerIdentity: { type: 'exactRepository', dockerRepository: 'r.test/rhel' } },
      { type: 'signedBaseLayer', baseIdentity: { type: 'exactRepository', repository: 'r.test/rhel' } },
    ],
    [
      'keys and Rekor keys of sigstore',
      {
        type: 'sigstoreSigned',
        keyDatas: ['eA==', 'eQ=='],
        rekorPublicKeyPaths: ['/r', '/s'],
        signedIdentity: { type: 'exactReference', dockerReference: 'busybox:1' },
      },
      {
        type: 'sigstoreSigned',
        trust: { kind: 'keys', keys: { data: ['eA==', 'eQ=='] } },
        rekor: { paths: ['/r', '/s'] },
        identity: { type: 'exactReference', reference: 'busybox:1' },
      },
    ],
    [
      'a key of sigstore without Rekor',
      { type: 'sigstoreSigned', keyPath: '/k' },
      { type: 'sigstoreSigned', trust: { kind: 'keys', keys: { paths: ['/k'] } }, identity },
    ],
    [
      'fulcio',
      {
        type: 'sigstoreSigned',
        fulcio: { caData: 'eA==', oidcIssuer: 'https://i.test', subjectEmail: 'a@b.test' },
        rekorPublicKeyDatas: ['eQ=='],
      },
      {
        type: 'sigstoreSigned',
        trust: { kind: 'fulcio', ca: { data: ['eA=='] }, oidcIssuer: 'https://i.test', subjectEmail: 'a@b.test' },
        rekor: { data: ['eQ=='] },
        identity,
      },
    ],
    [
      'pki',
      {
        type: 'sigstoreSigned',
        pki: { caRootsPath: '/c', caIntermediatesData: 'eA==', subjectEmail: 'a@b.test', subjectHostname: 'b.test' },
      },
      {
        type: 'sigstoreSigned',
        trust: {
          kind: 'pki',
          roots: { paths: ['/c'] },
          intermediates: { data: ['eA=='] },
          subjectEmail: 'a@b.test',
          subjectHostname: 'b.test',
        },
        identity,
      },
    ],
    [
      'pki of a host alone',
      { type: 'sigstoreSigned', pki: { caRootsData: 'eA==', subjectHostname: 'b.test' } },
      {
        type: 'sigstoreSigned',
        trust: { kind: 'pki', roots: { data: ['eA=='] }, subjectHostname: 'b.test' },
        identity,
      },
    ],
  ];
  for (const [title, json, requirement] of cases) {
    it(`reads ${title}`, () => expect(read(json)).to.deep.equal(requirement));
  }

  it('names file and place of a fault', async () => {
    const error = await failureOf('usage', async () => read({ type: 'signedBy', keyType: 'GPGKeys' }));
    expect(error.subject).to.equal('/test/policy.json');
    expect(error.message).to.match(/^default\[0\]: /);
  });
});
