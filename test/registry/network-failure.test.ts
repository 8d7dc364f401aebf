import { expect } from 'chai';
import { ImgcheckError } from '../../src/core/error.js';
import { explainFailure } from '../../src/registry/network-failure.js';

const explain = (code: string, host = 'r.test:443'): unknown =>
  explainFailure(Object.assign(new Error('x'), { code }), host);

describe('registry/network-failure', () => {
  const cases: readonly [string, string, string, RegExp][] = [
    ['ECONNREFUSED', 'network', 'the connection was refused', /^nothing listens there/],
    ['ENOTFOUND', 'network', 'the host name is not known', /^check the spelling/],
    ['ECONNRESET', 'network', 'the connection was reset', /^check the network/],
    ['UND_ERR_HEADERS_TIMEOUT', 'network', 'no answer came in time', /^check the network/],
    ['UND_ERR_BODY_TIMEOUT', 'network', 'the answer stalled', /^check the network/],
    ['HPE_INVALID_CONSTANT', 'network', 'the answer is not HTTP', /^check the network/],
    ['UND_ERR_HEADERS_OVERFLOW', 'hostile', 'the headers of the answer exceed their limit', /^undefined$/],
    [
      'ERR_SSL_WRONG_VERSION_NUMBER',
      'tls',
      'the server speaks plain HTTP where TLS was expected',
      /^--tls-verify=false/,
    ],
    [
      'ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED',
      'tls',
      'the server requires a client certificate that it trusts',
      /\.cert and \.key/,
    ],
    [
      'ERR_SSL_SSLV3_ALERT_HANDSHAKE_FAILURE',
      'tls',
      'the TLS handshake failed: ERR_SSL_SSLV3_ALERT_HANDSHAKE_FAILURE',
      /^undefined$/,
    ],
  ];
  for (const [code, kind, message, hint] of cases) {
    it(`says of ${code}: ${message}`, () => {
      const error = explain(code);
      expect(error).to.be.instanceOf(ImgcheckError).and.include({ kind, message, subject: 'r.test:443' });
      expect(String((error as ImgcheckError).hint)).to.match(hint);
    });
  }

  it('names the registries of Red Hat when the one of the old guide does not answer', () => {
    for (const code of ['ENOTFOUND', 'ECONNREFUSED', 'UND_ERR_CONNECT_TIMEOUT']) {
      const hint = String((explain(code, 'registry.redhat.com:443') as ImgcheckError).hint);
      expect(hint).to.include('registry.access.redhat.com').and.include('registry.redhat.io');
    }
  });

  it('leaves alone what is no failure of a connection', () => {
    const bug = new TypeError('x');
    expect(explainFailure(bug, 'r.test:443')).to.equal(bug);
    const known = new ImgcheckError('hostile', 'x');
    expect(explainFailure(known, 'r.test:443')).to.equal(known);
  });
});
