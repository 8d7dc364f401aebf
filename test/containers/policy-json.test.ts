import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { parsePolicyJson, type TrustPolicy } from '../../src/containers/policy-json.js';
import { failureOf, inTemporaryDirectory } from '../source/failure.js';
import { debianTool } from '../support/debian.js';
import { needShared } from '../support/shared.js';

const path = '/test/policy.json';
const parse = (text: string): TrustPolicy => parsePolicyJson(new TextEncoder().encode(text), path);

const reject = '[{"type":"reject"}]';
const transports = (text: string): string => `{"default":${reject},"transports":${text}}`;
const scoped = (transport: string, scope: string): string => transports(`{"${transport}":{"${scope}":${reject}}}`);
const one = (requirement: string): string => `{"default":[${requirement}]}`;
const gpg = (members: string): string => one(`{"type":"signedBy","keyType":"GPGKeys"${members}}`);
const named = (identity: string): string => gpg(`,"keyPath":"/k","signedIdentity":${identity}`);
const sigstore = (members: string): string => one(`{"type":"sigstoreSigned"${members}}`);
const fulcio = (members: string, rekor = ',"rekorPublicKeyPath":"/r"'): string =>
  sigstore(`,"fulcio":{${members}}${rekor}`);
const pki = (members: string, beside = ''): string => sigstore(`,"pki":{${members}}${beside}`);

/** Refused, with the message. `ours`: skopeo 1.9 does not know the keys, or reads null and "" as absent. */
const refused: readonly (readonly [string, string, string | RegExp, 'ours'?])[] = [
  ['text that is not JSON, with its line', `{\n"default":${reject},\n}`, /^the policy is not JSON: line 3, column 1$/],
  ['JSON that ends too soon', '{"default":', 'the policy is not JSON: line 1, column 12'],
  ['text behind the object', `${one('{"type":"reject"}')}x`, /^the policy is not JSON/],
  ['a comment', `{/* ours */"default":${reject}}`, /^the policy is not JSON/],
  ['a list at the root', '[]', 'expected an object, got a list'],
  ['a policy without default', '{}', 'the key default is missing'],
  ['a default of null', '{"default":null}', 'default: expected a list, got null'],
  ['a default of no requirement', '{"default":[]}', 'default: the list of requirements is empty'],
  ['one requirement without its list', '{"default":{"type":"reject"}}', 'default: expected a list, got an object'],
  [
    'an unknown key at the root',
    `{"default":${reject},"Default":${reject}}`,
    'unknown key "Default"; known: default, transports',
  ],
  ['a key twice', `{"default":${reject},"default":${reject}}`, 'the policy has the member "default" twice'],
  ['a scope twice', transports(`{"docker":{"a":${reject},"a":${reject}}}`), 'the policy has the member "a" twice'],
  ['transports of null', transports('null'), 'transports: expected an object, got null'],
  ['a transport of null', transports('{"docker":null}'), 'transports.docker: expected an object, got null'],
  [
    'a scope of null',
    transports('{"docker":{"r.test/a":null}}'),
    'transports.docker["r.test/a"]: expected a list, got null',
  ],
  [
    'an empty list of an unknown transport',
    transports('{"new":{"":[]}}'),
    'transports.new[""]: the list of requirements is empty',
  ],
  [
    'a scope of docker-archive',
    scoped('docker-archive', '/a'),
    'transports.docker-archive["/a"]: the transport has no scopes but the default ""',
  ],
  [
    'a scope of tarball',
    scoped('tarball', '/a'),
    'transports.tarball["/a"]: the transport has no scopes but the default ""',
  ],
  ['an image id of docker-daemon', scoped('docker-daemon', `sha256:${'0'.repeat(64)}`), /: an image id has no scope$/],
  ['a relative path of dir', scoped('dir', 'a'), 'transports.dir.a: expected an absolute path'],
  ['the root of dir', scoped('dir', '/'), 'transports.dir["/"]: write "" for the whole transport'],
  ['a / at the end of a path', scoped('dir', '/a/'), /^transports\.dir\["\/a\/"\]: expected a path without/],
  ['.. within a path of oci', scoped('oci', '/a/../b'), /^transports\.oci\["\/a\/\.\.\/b"\]: expected a path without/],
  ['a relative path of oci-archive', scoped('oci-archive', 'b'), 'transports.oci-archive.b: expected an absolute path'],
  ['a relative path of sif', scoped('sif', 'a'), 'transports.sif.a: expected an absolute path'],
  ['a storage without its root', scoped('containers-storage', 'a'), /expected \[DRIVER@\/GRAPH\/ROOT\] first$/],
  [
    'a storage with a relative root',
    scoped('containers-storage', '[overlay@a]'),
    /expected \[DRIVER@\/GRAPH\/ROOT\] first$/,
  ],
  ['a number for a requirement', one('5'), 'default[0]: expected an object, got a number'],
  ['a requirement without type', one('{}'), 'default[0]: the key type is missing'],
  ['a type in capitals', one('{"Type":"reject"}'), 'default[0]: the key type is missing'],
  ['a type that is a number', one('{"type":5}'), 'default[0].type: expected a string, got a number'],
  [
    'an unknown type',
    one('{"type":"accept"}'),
    /^default\[0\]\.type: expected insecureAcceptAnything, .*, got "accept"$/,
  ],
  ['an unknown key of reject', one('{"type":"reject","why":"x"}'), 'default[0]: unknown key "why"; known: type'],
  [
    'an unknown key of insecureAcceptAnything',
    one('{"type":"insecureAcceptAnything","keyPath":"/k"}'),
    /unknown key "keyPath"/,
  ],
  [
    'an unknown key of signedBy',
    gpg(',"keyPath":"/k","keypath":"/k"'),
    /^default\[0\]: unknown key "keypath"; known: type, keyType,/,
  ],
  ['keyDatas in signedBy', gpg(',"keyDatas":["eA=="]'), /unknown key "keyDatas"/],
  ['signedBy without keyType', one('{"type":"signedBy","keyPath":"/k"}'), 'default[0]: the key keyType is missing'],
  [
    'an unknown keyType',
    one('{"type":"signedBy","keyType":"gpgkeys","keyPath":"/k"}'),
    /^default\[0\]\.keyType: expected GPGKeys, .*, got "gpgkeys"$/,
  ],
  ['signedBy without keys', gpg(''), 'default[0]: expected one of keyPath, keyPaths, keyData, got none'],
  [
    'two sources of keys',
    gpg(',"keyPath":"/k","keyData":"eA=="'),
    'default[0]: expected one of keyPath, keyPaths, keyData, got keyPath and keyData',
  ],
  ['an empty keyPath', gpg(',"keyPath":""'), 'default[0].keyPath: it is empty'],
  ['a keyPath of null', gpg(',"keyPath":null'), 'default[0].keyPath: expected a string, got null'],
  ['keyPaths that is a string', gpg(',"keyPaths":"/k"'), 'default[0].keyPaths: expected a list, got a string'],
  ['keyPaths of numbers', gpg(',"keyPaths":["/k",5]'), 'default[0].keyPaths[1]: expected a string, got a number'],
  ['keyPaths of null', gpg(',"keyPaths":null'), 'default[0].keyPaths: expected a list, got null'],
  ['keyData without its padding', gpg(',"keyData":"eA"'), 'default[0].keyData: it is not base64'],
  ['keyData with a blank', gpg(',"keyData":"e A=="'), 'default[0].keyData: it is not base64'],
  ['keyData in base64url', gpg(',"keyData":"_-Aa"'), 'default[0].keyData: it is not base64'],
  ['a signedIdentity of null', named('null'), 'default[0].signedIdentity: expected an object, got null'],
  [
    'a signedIdentity that is a word',
    named('"matchExact"'),
    'default[0].signedIdentity: expected an object, got a string',
  ],
  [
    'an unknown signedIdentity',
    named('{"type":"matchAll"}'),
    /^default\[0\]\.signedIdentity\.type: expected matchExact, .*, got "matchAll"$/,
  ],
  [
    'an unknown key of matchExact',
    named('{"type":"matchExact","prefix":"a"}'),
    'default[0].signedIdentity: unknown key "prefix"; known: type',
  ],
  [
    'exactReference without its reference',
    named('{"type":"exactReference"}'),
    'default[0].signedIdentity: the key dockerReference is missing',
  ],
  [
    'exactReference of a bare repository',
    named('{"type":"exactReference","dockerReference":"r.test/a"}'),
    'default[0].signedIdentity.dockerReference: it has neither a tag nor a digest',
  ],
  [
    'exactReference in upper case',
    named('{"type":"exactReference","dockerReference":"A:1"}'),
    'default[0].signedIdentity.dockerReference: the repository must be lower case',
  ],
  [
    'exactRepository that is no name',
    named('{"type":"exactRepository","dockerRepository":"r.test/-"}'),
    'default[0].signedIdentity.dockerRepository: not a repository name',
  ],
  [
    'an id in place of a repository',
    named(`{"type":"exactRepository","dockerRepository":"${'a'.repeat(64)}"}`),
    'default[0].signedIdentity.dockerRepository: an id is not a reference',
  ],
  [
    'remapIdentity without signedPrefix',
    named('{"type":"remapIdentity","prefix":"r.test"}'),
    'default[0].signedIdentity: the key signedPrefix is missing',
  ],
  [
    'a prefix with a tag',
    named('{"type":"remapIdentity","prefix":"r.test/a:1","signedPrefix":"b.test"}'),
    /^default\[0\]\.signedIdentity\.prefix: expected a host/,
  ],
  [
    'a prefix with / at its end',
    named('{"type":"remapIdentity","prefix":"r.test/","signedPrefix":"b.test"}'),
    /^default\[0\]\.signedIdentity\.prefix: expected a host/,
  ],
  [
    'an empty prefix',
    named('{"type":"remapIdentity","prefix":"","signedPrefix":"b.test"}'),
    'default[0].signedIdentity.prefix: it is empty',
  ],
  [
    'a signedPrefix that is no name',
    named('{"type":"remapIdentity","prefix":"r.test","signedPrefix":"A_/b"}'),
    /^default\[0\]\.signedIdentity\.signedPrefix: expected a host/,
  ],
  [
    'signedBaseLayer without identity',
    one('{"type":"signedBaseLayer"}'),
    'default[0]: the key baseLayerIdentity is missing',
  ],
  [
    'sigstoreSigned without keys',
    sigstore(''),
    'default[0]: expected one of keyPath, keyPaths, keyData, keyDatas, fulcio, pki, got none',
  ],
  ['sigstoreSigned with two sources', sigstore(',"keyPath":"/k","keyData":"eA=="'), /, got keyPath and keyData$/],
  ['sigstoreSigned with keyType', sigstore(',"keyPath":"/k","keyType":"GPGKeys"'), /unknown key "keyType"/],
  ['an empty list of keyPaths', sigstore(',"keyPaths":[]'), 'default[0].keyPaths: the list is empty', 'ours'],
  [
    'keyDatas that is not base64',
    sigstore(',"keyDatas":["eA==","x"]'),
    'default[0].keyDatas[1]: it is not base64',
    'ours',
  ],
  ['a key and fulcio', sigstore(',"keyPath":"/k","fulcio":{}'), /, got keyPath and fulcio$/, 'ours'],
  [
    'two sources of Rekor keys',
    sigstore(',"keyPath":"/k","rekorPublicKeyPath":"/r","rekorPublicKeyDatas":["eA=="]'),
    /, got rekorPublicKeyPath and rekorPublicKeyDatas$/,
    'ours',
  ],
  [
    'a Rekor key of null',
    sigstore(',"keyPath":"/k","rekorPublicKeyPath":null'),
    'default[0].rekorPublicKeyPath: expected a string, got null',
    'ours',
  ],
  [
    'fulcio without a Rekor key',
    fulcio('"caPath":"/c","oidcIssuer":"https://i.test","subjectEmail":"a@b.test"', ''),
    /^default\[0\]\.fulcio: it needs one of rekorPublicKeyPath,/,
    'ours',
  ],
  [
    'fulcio without its authority',
    fulcio('"oidcIssuer":"https://i.test","subjectEmail":"a@b.test"'),
    'default[0].fulcio: expected one of caPath, caData, got none',
    'ours',
  ],
  [
    'fulcio without issuer',
    fulcio('"caPath":"/c","subjectEmail":"a@b.test"'),
    'default[0].fulcio: the key oidcIssuer is missing',
    'ours',
  ],
  [
    'fulcio with an empty address',
    fulcio('"caPath":"/c","oidcIssuer":"https://i.test","subjectEmail":""'),
    'default[0].fulcio.subjectEmail: it is empty',
    'ours',
  ],
  ['an unknown key of fulcio', fulcio('"caPaths":["/c"]'), /^default\[0\]\.fulcio: unknown key "caPaths"/, 'ours'],
  [
    'pki with a Rekor key',
    pki('"caRootsPath":"/c","subjectEmail":"a@b.test"', ',"rekorPublicKeyPath":"/r"'),
    'default[0].rekorPublicKeyPath: pki excludes it',
    'ours',
  ],
  [
    'pki that names nobody',
    pki('"caRootsPath":"/c"'),
    'default[0].pki: expected subjectEmail, subjectHostname or both, got none',
    'ours',
  ],
  [
    'pki without roots',
    pki('"subjectEmail":"a@b.test"'),
    'default[0].pki: expected one of caRootsPath, caRootsData, got none',
    'ours',
  ],
  [
    'pki with two sources of intermediates',
    pki('"caRootsPath":"/c","caIntermediatesPath":"/i","caIntermediatesData":"eA==","subjectEmail":"a"'),
    /got caIntermediatesPath and caIntermediatesData$/,
    'ours',
  ],
];

/** Accepted, by us and by skopeo. */
const accepted: readonly (readonly [string, string])[] = [
  ['a default alone', one('{"type":"insecureAcceptAnything"}')],
  ['no transport', transports('{}')],
  ['a transport without scopes', transports('{"docker":{}}')],
  ['any scope of docker', scoped('docker', 'UPPER ::')],
  ['any scope of an unknown transport', scoped('new', 'UPPER ::')],
  [
    'the default scope of every transport',
    transports(`{"docker-archive":{"":${reject}},"tarball":{"":${reject}},"dir":{"":${reject}}}`),
  ],
  ['a tag in a path of oci', scoped('oci', '/a:tag')],
  ['a repository of docker-daemon', scoped('docker-daemon', 'r.test/a')],
  ['a storage', scoped('containers-storage', '[overlay@/a]r.test/b')],
  ['an imagestream of atomic', scoped('atomic', 'r.test:1/b/c:d')],
  ['no key at all, which nothing satisfies', gpg(',"keyPaths":[]')],
  ['empty keyData, which nothing satisfies', gpg(',"keyData":""')],
  ['keyData with loose bits and a line break', gpg(',"keyData":"eB==\\n"')],
  ['exactReference of a short name', named('{"type":"exactReference","dockerReference":"a:1"}')],
  ['exactRepository with a tag', named('{"type":"exactRepository","dockerRepository":"a:1"}')],
  ['a prefix that can never match', named('{"type":"remapIdentity","prefix":"a/b","signedPrefix":"b"}')],
  ['a prefix with a port', named('{"type":"remapIdentity","prefix":"r.test:5000","signedPrefix":"docker.io"}')],
];

describe('containers/policy-json', () => {
  for (const [title, text, message] of refused) {
    it(`refuses ${title}`, async () => {
      const error = await failureOf('usage', async () => parse(text));
      if (typeof message === 'string') expect(error.message).to.equal(message);
      else expect(error.message).to.match(message);
      expect(error.subject).to.equal(path);
      expect(error.hint).to.match(/^see containers-policy\.json\(5\)/);
    });
  }

  for (const [title, text] of accepted) {
    it(`accepts ${title}`, () => expect(parse(text).path).to.equal(path));
  }

  it('gets the verdict of skopeo for every one of these', async function () {
    const skopeo = await debianTool(this, 'skopeo');
    await inTemporaryDirectory(async (dir) => {
      mkdirSync(join(dir, 'empty'));
      const verdicts = [
        ...accepted.map((row) => ({ row, fits: true })),
        ...refused.map((row) => ({ row, fits: false })),
      ];
      for (const { row, fits } of verdicts) {
        const [title, text, , ours] = row;
        if (ours) continue;
        const file = join(dir, 'policy.json');
        writeFileSync(file, text);
        const said: unknown = await skopeo
          .run(['--policy', file, 'copy', `dir:${dir}/empty`, `dir:${dir}/copy`])
          .catch((error: unknown) => error);
        expect(said instanceof Error && !said.message.includes('Error loading trust policy'), title).to.equal(fits);
      }
    });
  });

  it('reads the policies of containers/image, and refuses the one of atomic that skopeo refuses too', async function () {
    const root = needShared(this, 'data/containers-image-fixtures');
    const read = (file: string): TrustPolicy => parsePolicyJson(readFileSync(join(root, file)), file);
    const fixture = read('containers-image/signature/fixtures/policy.json');
    expect([...fixture.transports.keys()]).to.deep.equal(['dir', 'docker']);
    expect(fixture.transports.get('docker')?.size).to.equal(14);
    expect(read('containers-image/default-policy.json').default).to.deep.equal([{ type: 'insecureAcceptAnything' }]);
    const atomic = 'projectatomic-atomic/tests/unit/fixtures';
    expect(read(`${atomic}/default_policy.json`).default).to.have.length(1);
    const error = await failureOf('usage', async () => read(`${atomic}/show_policy.json`));
    expect(error.message).to.equal('transports.dir.localhost: expected an absolute path');
    const text = readFileSync(join(root, atomic, 'show_policy.json'), 'utf8').replace('"localhost"', '"/localhost"');
    expect(parse(text).transports.get('docker')?.get('docker.io')).to.deep.equal([{ type: 'reject' }]);
  });

  it('keeps scopes under names that objects have of their own', () => {
    const policy = parse(transports(`{"docker":{"__proto__":${reject},"constructor":${reject}}}`));
    expect([...(policy.transports.get('docker')?.keys() ?? [])]).to.deep.equal(['__proto__', 'constructor']);
    expect(policy.transports.get('toString')).to.equal(undefined);
  });

  it('reads a key of three megabytes, and no policy above four', async () => {
    expect(parse(gpg(`,"keyData":"${'abcd'.repeat(750_000)}"`)).default).to.have.length(1);
    const error = await failureOf('usage', async () => parse(`"${'x'.repeat(4 * 1024 * 1024)}"`));
    expect(error.message).to.equal('the policy exceeds 4194304 bytes');
  });
});
