import { expect } from 'chai';
import { splitOption } from '../../src/containers/security-option.js';

describe('containers/security-option', () => {
  it('splits at the first colon or equals sign', () => {
    expect(splitOption('label=type:spc_t')).to.deep.equal(['label', 'type:spc_t']);
    expect(splitOption('seccomp:/a=b')).to.deep.equal(['seccomp', '/a=b']);
    expect(splitOption('no-new-privileges')).to.deep.equal(['no-new-privileges', '']);
  });
});
