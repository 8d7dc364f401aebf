import { expect } from 'chai';
import { formatPort, parsePort } from '../../src/advise/port.js';

describe('parsePort', () => {
  it('reads ports and ranges as ExposedPorts has them', () => {
    const texts = ['80/tcp', '53/udp', '8000-8010/tcp', '443'];
    expect(texts.map((text) => formatPort(parsePort(text) ?? { first: 0, last: 0, protocol: '' }))).to.deep.equal([
      '80/tcp',
      '53/udp',
      '8000-8010/tcp',
      '443/tcp',
    ]);
  });

  it('takes nothing else for a port', () => {
    for (const text of ['', '0/tcp', '65536/tcp', '90-80/tcp', '80/http', '$PORT', '8o/tcp', '80/tcp\n81'])
      expect(parsePort(text), text).to.equal(undefined);
  });
});
