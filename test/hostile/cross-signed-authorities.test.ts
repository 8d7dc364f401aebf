import { expect } from 'chai';
import { parseChainCertificate } from '../../src/x509/chain-certificate.js';
import { verifyPath } from '../../src/signature/certification-path.js';
import { ecKey, issue, type Issued } from '../support/x509.js';

/** Nine authorities that all signed each other: nearly a million paths, none to the root. */
describe('hostile: authorities that signed each other', () => {
  it('gives up after a hundred signatures', () => {
    const keys = Array.from({ length: 9 }, () => ecKey());
    const own = keys.map((privateKey, i) => issue({ name: `a${i}`, ca: true, privateKey }));
    const crossed = own.flatMap((issuer, i) =>
      keys.flatMap((privateKey, j) => (i === j ? [] : [issue({ name: `a${j}`, ca: true, privateKey, issuer })])),
    );
    const leaf = parseChainCertificate(issue({ issuer: own[0] as Issued }).der);
    const root = issue({ name: 'root', ca: true });
    const trust = {
      authorities: [root.x509],
      intermediates: crossed.map(({ x509 }) => x509),
      at: new Date('2025-01-01'),
      atIs: 'today',
    };
    const path = verifyPath(leaf, trust);
    expect(path.ok).to.equal(false);
    expect(path.ok ? undefined : path.refusal.reason).to.match(/more than 100 paths to try/);
  });

  it('comes out of a loop of two', () => {
    const [one, two] = [ecKey(), ecKey()];
    const a = issue({ name: 'a', ca: true, privateKey: one });
    const b = issue({ name: 'b', ca: true, privateKey: two, issuer: a });
    const back = issue({ name: 'a', ca: true, privateKey: one, issuer: b });
    const leaf = parseChainCertificate(issue({ issuer: b }).der);
    const trust = { authorities: [issue({ name: 'root', ca: true }).x509], at: new Date('2025-01-01'), atIs: 'today' };
    const path = verifyPath(leaf, { ...trust, intermediates: [b.x509, back.x509] });
    expect(path.ok ? undefined : path.refusal.outcome).to.equal('untrusted');
  });
});
