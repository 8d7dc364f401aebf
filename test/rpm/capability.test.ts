import { expect } from 'chai';
import {
  equalCapabilities,
  formatCapabilities,
  parseCapabilities,
  readCapabilities,
} from '../../src/rpm/capability.js';

const attribute = (...words: readonly number[]): Uint8Array => {
  const bytes = Buffer.alloc(4 * words.length);
  words.forEach((word, i) => bytes.writeUInt32LE(word, 4 * i));
  return bytes;
};

describe('rpm/capability', () => {
  /** Text as packagers write it, and the attribute that setcap(8) makes of it: revision 2, low permitted and inheritable, high ones. */
  const pairs: readonly (readonly [string, Uint8Array])[] = [
    ['cap_net_raw=ep', attribute(0x02000001, 1 << 13, 0, 0, 0)],
    ['= cap_net_raw+ep', attribute(0x02000001, 1 << 13, 0, 0, 0)],
    ['cap_net_admin,cap_net_raw+p', attribute(0x02000000, (1 << 12) | (1 << 13), 0, 0, 0)],
    ['cap_setuid=ip', attribute(0x02000000, 1 << 7, 1 << 7, 0, 0)],
    ['cap_dac_override,cap_dac_read_search=ep cap_setgid+p', attribute(0x02000001, 2 | 4 | 64, 0, 0, 0)],
    ['cap_bpf,cap_checkpoint_restore=ep', attribute(0x02000001, 0, 0, (1 << 7) | (1 << 8), 0)],
    ['CAP_SYS_ADMIN=ep', attribute(0x02000001, 1 << 21, 0, 0, 0)],
    ['cap_chown=eip cap_chown-i', attribute(0x02000001, 1, 0, 0, 0)],
    ['cap_kill=ep cap_chown=', attribute(0x02000001, 1 << 5, 0, 0, 0)],
    ['all=p cap_chown-p', attribute(0x02000000, 0xfffffffe, 0, 0x1ff, 0)],
    ['=p', attribute(0x02000000, 0xffffffff, 0, 0x1ff, 0)],
    ['cap_kill=ep', attribute(0x01000001, 1 << 5, 0)],
    ['cap_kill=ep', attribute(0x03000001, 1 << 5, 0, 0, 0, 0)],
    ['', attribute(0x02000000, 0, 0, 0, 0)],
    ['=', attribute(0x02000000, 0, 0, 0, 0)],
  ];
  for (const [text, bytes] of pairs) {
    it(`reads ${JSON.stringify(text)} as the kernel stores it`, () => {
      const [said, stored] = [parseCapabilities(text), readCapabilities(bytes)];
      expect(said).to.deep.equal(stored);
      expect(said !== undefined && stored !== undefined && equalCapabilities(said, stored)).to.equal(true);
    });
  }

  for (const text of [
    'cap_net_raw',
    'cap_nothing=ep',
    'cap_kill=x',
    '+ep',
    ',=ep',
    'cap_99=ep',
    `cap_kill=ep ${' '.repeat(9000)}`,
  ]) {
    it(`makes nothing of ${JSON.stringify(text.slice(0, 20))}`, () => {
      expect(parseCapabilities(text)).to.equal(undefined);
    });
  }

  const malformed: readonly (readonly [string, Uint8Array])[] = [
    ['nothing', new Uint8Array(0)],
    ['an unknown revision', attribute(0x04000001, 1, 0, 0, 0)],
    ['one that is cut', attribute(0x02000001, 1, 0)],
    ['one that goes on', attribute(0x02000001, 1, 0, 0, 0, 0)],
  ];
  for (const [title, bytes] of malformed) {
    it(`makes nothing of an attribute that is ${title}`, () => {
      expect(readCapabilities(bytes)).to.equal(undefined);
    });
  }

  it('tells those of a name space, those not in effect and those that are inherited apart', () => {
    const plain = readCapabilities(attribute(0x03000001, 32, 0, 0, 0, 0));
    for (const other of [
      [0x03000001, 32, 0, 0, 0, 1000],
      [0x03000000, 32, 0, 0, 0, 0],
      [0x03000001, 32, 32, 0, 0, 0],
    ]) {
      const read = readCapabilities(attribute(...other));
      expect(plain && read && equalCapabilities(plain, read)).to.equal(false);
    }
  });

  it('writes them as they are read', () => {
    for (const text of ['cap_net_admin,cap_net_raw=ep', 'cap_setuid=ip', 'cap_kill=p', '']) {
      const read = parseCapabilities(text);
      expect(read && formatCapabilities(read)).to.equal(text);
    }
    expect(formatCapabilities({ permitted: 1n << 60n, inheritable: 0n, effective: false, rootId: 0 })).to.equal('60=p');
  });
});
