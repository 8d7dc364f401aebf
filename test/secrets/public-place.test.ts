import { expect } from 'chai';
import { publicPlaceOf } from '../../src/secrets/public-place.js';

describe('secrets/public-place', () => {
  for (const [path, place] of [
    ['usr/share/doc/libxmlsec1-dev/examples/rsakey.pem', 'documentation'],
    ['usr/share/man/man1/openssl.1', 'documentation'],
    ['usr/local/share/doc/x/key.pem', 'documentation'],
    ['opt/app/node_modules/pem/README.md', 'documentation'],
    ['usr/lib/python3.11/test/certdata/keycert.pem', 'tests'],
    ['usr/lib64/python3.9/site-packages/twisted/test/server.pem', 'tests'],
    ['opt/venv/lib/python3.12/site-packages/urllib3/dummyserver/certs/server.key', 'tests'],
    ['app/node_modules/agent/test/key.pem', 'tests'],
    ['app/node_modules/agent/lib/token.test.js', 'tests'],
    ['usr/local/go/src/crypto/x509/platform_root_key.pem', 'tests'],
    ['root/go/pkg/mod/github.com/a/b@v1/internal/testdata/key.pem', 'tests'],
    ['root/go/pkg/mod/github.com/a/b@v1/tls_test.go', 'tests'],
    ['src/app/testdata/key.pem', 'tests'],
    ['usr/share/cmake-3.25/Templates/Windows/Windows_TemporaryKey.pfx', 'tests'],
    ['var/lib/gems/3.1.0/gems/puma-5.6.5/examples/puma/puma_keypair.pem', 'tests'],
    ['usr/lib/node_modules/a/dummy-key.pem', 'tests'],
    ['app/test/key.pem', undefined],
    ['root/tests/.env', undefined],
    ['home/app/examples/id_rsa', undefined],
    ['opt/app/docs/key.pem', undefined],
    ['etc/ssl/private/server.key', undefined],
    ['etc/ssl/private/ssl-cert-snakeoil.key', undefined],
    ['root/.ssh/id_rsa', undefined],
    ['usr/local/bin/test', undefined],
    ['usr/local/etc/test/key.pem', undefined],
    ['usr/lib/app/config/key.pem', undefined],
    ['test', undefined],
    ['', undefined],
  ] as const) {
    it(`takes /${path} for ${place ?? 'a place of one’s own'}`, () => {
      expect(publicPlaceOf(path)).to.equal(place);
    });
  }
});
