import { expect } from 'chai';
import { findInText, maskSecrets } from '../../src/secrets/find-in-text.js';
import { plantedKeys, plantedTokens } from '../support/planted-secrets.js';

const jwt = [
  'eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9',
  'eyJzdWIiOiJib2IiLCJpYXQiOjE1MTYyMzkwMjJ9',
  'c2lnbmF0dXJlLW9mLWJvYg',
].join('.');

describe('secrets/find-in-text', () => {
  for (const [text, kind, masked] of [
    [
      'RUN |1 NPM_TOKEN=tok3nvalue /bin/sh -c npm ci # buildkit',
      'variable',
      'RUN |1 NPM_TOKEN=*** /bin/sh -c npm ci # buildkit',
    ],
    ['|2 V=1 DB_PASSWORD=two words A=3 /bin/sh -c make', 'variable', '|2 V=1 DB_PASSWORD=*** A=3 /bin/sh -c make'],
    ['ENV API_KEY=k3y value', 'variable', 'ENV API_KEY=***'],
    ['/bin/sh -c #(nop)  ENV DB_PASSWORD=hunter22', 'variable', '/bin/sh -c #(nop)  ENV DB_PASSWORD=***'],
    ['ARG TOKEN=tok3nvalue', 'variable', 'ARG TOKEN=***'],
    ['RUN export PGPASSWORD="hunter 22" && psql', 'variable', 'RUN export PGPASSWORD=*** && psql'],
    ['RUN x --password=hunter22 --port=80', 'option', 'RUN x --password=*** --port=80'],
    ["RUN x --api-key 'k3yvalue' -v", 'option', 'RUN x --api-key *** -v'],
    ['RUN curl -u bob:hunter22 https://r.io', 'curl', 'RUN curl -u bob:*** https://r.io'],
    ['RUN curl -sSf --user "bob:hunter22" https://r.io', 'curl', 'RUN curl -sSf --user "bob:***" https://r.io'],
    ['RUN git clone https://bob:hunter22@git.io/a', 'URL', 'RUN git clone https://bob:***@git.io/a'],
    ['DATABASE_URL=postgres://bob:hunter22@db/app', 'URL', 'DATABASE_URL=postgres://bob:***@db/app'],
    ['RUN mysql -uroot -phunter22 -e "x"', 'option', 'RUN mysql -uroot -p*** -e "x"'],
    ['RUN docker login -u bob -p hunter22 r.io', 'option', 'RUN docker login -u bob -p *** r.io'],
    ['RUN sshpass -p hunter22 ssh a', 'option', 'RUN sshpass -p *** ssh a'],
    [
      'RUN curl -H "Authorization: Bearer abcdefgh99" https://r.io',
      'header',
      'RUN curl -H "Authorization: Bearer ***" https://r.io',
    ],
    ["RUN curl -H 'PRIVATE-TOKEN: abcdefgh99' https://r.io", 'header', "RUN curl -H 'PRIVATE-TOKEN: ***' https://r.io"],
    ["RUN echo 'root:hunter22' | chpasswd", 'chpasswd', "RUN echo 'root:***' | chpasswd"],
    [
      'RUN echo "machine r.io login bob password hunter22" > ~/.netrc',
      'netrc',
      'RUN echo "machine r.io login bob password ***" > ~/.netrc',
    ],
    [`RUN x ${jwt} y`, 'JSON web token', 'RUN x *** y'],
    ['RUN é --password=hunter22', 'option', 'RUN é --password=***'],
  ] as const) {
    it(`finds and masks what is secret in: ${masked}`, () => {
      expect(maskSecrets(text)).to.equal(masked);
      expect(
        findInText(text)
          .map((one) => one.kind)
          .join(),
      ).to.include(kind);
    });
  }

  for (const text of [
    '',
    'RUN dnf -y update && dnf clean all',
    'ENV PATH=/usr/local/bin:/usr/bin GPG_KEY=A035C8C19219BA821ECEA86B64E628F8D684696D PYTHON_SHA256=0bc2d1',
    'RUN |1 TARGETARCH=amd64 /bin/sh -c make',
    'RUN --mount=type=secret,id=npm,target=/root/.npmrc npm ci # buildkit',
    'RUN NPM_TOKEN=$(cat /run/secrets/npm) npm ci',
    'RUN x --password-stdin < /run/secrets/x',
    'RUN x --password-file=/run/secrets/x --token "$TOKEN" --secret ${S}',
    'RUN sed -i "s/^PASSWORD=.*/PASSWORD=${P}/; s/^TOKEN=.*$//" a',
    'RUN curl -u "$USER:$PASS" https://r.io && curl -u bob: https://r.io',
    'RUN ssh -p 2222 a && mysql -p 3306 && nc -p 80',
    'RUN git clone https://git.io/a:b@c && git clone git@git.io:a/b.git',
    'RUN curl -H "Authorization: Bearer $TOKEN" https://r.io',
    'RUN echo "root:${PASS}" | chpasswd',
    'ENV MYSQL_ALLOW_EMPTY_PASSWORD=yes TOKENIZERS_PARALLELISM=false SECRET_FILE=/run/secrets/x',
    'RUN echo password changeme; useradd -p x a',
    'COPY --chown=app:app src dest',
    'CMD ["nginx" "-g" "daemon off;"]',
    'RUN apt-get install -y gnome-keyring libsecret-1-0 token-tools=1.2',
    'HEALTHCHECK CMD curl -f http://localhost:8080/token || exit 1',
  ]) {
    it(`leaves as it is: ${text.slice(0, 60)}`, () => {
      expect(maskSecrets(text)).to.equal(text);
    });
  }

  it('masks tokens and keys of every shape', () => {
    for (const { secret } of plantedTokens()) expect(maskSecrets(`RUN x '${secret}'`)).to.equal("RUN x '***'");
    for (const { secret } of plantedKeys()) {
      const [, body = ''] = secret.split(/\n\n|-----\n/);
      expect(maskSecrets(`RUN echo "${secret}" > key`), secret.slice(0, 40)).to.not.include(body.slice(0, 40));
    }
  });

  it('gives spans in order that do not overlap', () => {
    const text = `RUN x --token=https://a:hunter22@b/ --password "p:hunter22" TOKEN=${plantedTokens()[0]?.secret}`;
    let end = 0;
    for (const { from, to } of findInText(text)) {
      expect(from).to.be.at.least(end);
      expect(to).to.be.greaterThan(from);
      end = to;
    }
    expect(maskSecrets(text)).to.not.include('hunter22');
  });

  it('ends for instructions of a mebibyte made to be slow', () => {
    for (const piece of [
      '--token "',
      '--a',
      'curl -u a',
      'mysql ',
      '://a:',
      'A=',
      'PASSWORD="',
      'authorization: bearer ',
      'login a password ',
      'root:a',
      'eyAAAAAAAAAAAAAAAAAAA.',
      ' |1 A',
      'é',
      'docker login -p ',
    ]) {
      const slow = piece.repeat(Math.ceil((1 << 20) / piece.length));
      for (const text of [slow, `|1 ${slow}`, `ENV A=${slow}`]) {
        expect(maskSecrets(text).length).to.be.greaterThan(0);
      }
    }
  }).timeout(60_000);
});
