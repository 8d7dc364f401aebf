import { expect } from 'chai';
import { ImgcheckError } from '../../src/core/error.js';
import { proxyAuthorization, proxyFor } from '../../src/registry/proxy.js';

const via = 'http://proxy.test:3128';

describe('registry/proxy', () => {
  const cases: readonly [string, Record<string, string>, boolean][] = [
    ['https://registry.test/', { HTTPS_PROXY: via }, true],
    ['https://registry.test/', { https_proxy: via }, true],
    ['https://registry.test/', { HTTP_PROXY: via }, false],
    ['http://registry.test/', { HTTP_PROXY: via }, true],
    ['https://registry.test/', { https_proxy: '', HTTPS_PROXY: via }, false],
    ['https://registry.test/', { HTTPS_PROXY: via, NO_PROXY: 'registry.test' }, false],
    ['https://a.registry.test/', { HTTPS_PROXY: via, NO_PROXY: 'registry.test' }, false],
    ['https://a.registry.test/', { HTTPS_PROXY: via, NO_PROXY: '.registry.test' }, false],
    ['https://a.registry.test/', { HTTPS_PROXY: via, NO_PROXY: '*.registry.test' }, false],
    ['https://notregistry.test/', { HTTPS_PROXY: via, NO_PROXY: 'registry.test' }, true],
    ['https://registry.test/', { HTTPS_PROXY: via, NO_PROXY: 'a.test, registry.test:5000' }, true],
    ['https://registry.test:5000/', { HTTPS_PROXY: via, NO_PROXY: 'a.test, registry.test:5000' }, false],
    ['https://registry.test/', { HTTPS_PROXY: via, no_proxy: '*' }, false],
    ['https://registry.test/', { HTTPS_PROXY: via, NO_PROXY: ', ,' }, true],
    ['https://localhost:5000/', { HTTPS_PROXY: via }, false],
    ['https://127.0.0.1/', { HTTPS_PROXY: via }, false],
    ['https://[::1]:5000/', { HTTPS_PROXY: via }, false],
  ];
  for (const [url, env, proxied] of cases) {
    it(`${proxied ? 'takes the proxy' : 'goes directly'} to ${url} with ${JSON.stringify(env)}`, () => {
      expect(proxyFor(new URL(url), env)?.href).to.equal(proxied ? `${via}/` : undefined);
    });
  }

  it('takes a proxy without a scheme for one that speaks HTTP', () => {
    expect(proxyFor(new URL('https://registry.test/'), { HTTPS_PROXY: 'proxy.test:3128' })?.href).to.equal(`${via}/`);
  });

  for (const setting of ['socks5://joe:s3cret@proxy.test', 'http://joe:s3cret@:bad']) {
    it(`refuses ${setting} without showing it`, () => {
      expect(() => proxyFor(new URL('https://registry.test/'), { HTTPS_PROXY: setting }))
        .to.throw(ImgcheckError, /^HTTPS_PROXY is not the URL of an http or https proxy$/)
        .with.property('kind', 'usage');
    });
  }

  it('decodes user and password', () => {
    const value = `Basic ${Buffer.from('joe@a:p:1').toString('base64')}`;
    expect(proxyAuthorization(new URL('http://joe%40a:p%3A1@proxy.test'))).to.equal(value);
    expect(proxyAuthorization(new URL(via))).to.equal(undefined);
    expect(() => proxyAuthorization(new URL('http://joe:%zz@proxy.test'))).to.throw(ImgcheckError, /begins no escape/);
  });
});
