import { expect } from 'chai';
import { checks } from '../../src/checks/all.js';
import { builtInPolicy, profileNames, requirementOf, type ProfileName } from '../../src/policy/policy.js';

const requiredBy = (profile: ProfileName): string[] =>
  checks.map((check) => check.id).filter((id) => requirementOf({ ...builtInPolicy, profile }, id) === 'required');

describe('requirementOf', () => {
  it('requires of a developer what cannot be argued about', () => {
    expect(requiredBy('developer')).to.deep.equal([
      'base-current',
      'layers-intact',
      'packages-current',
      'signature',
      'signer',
      'tls',
    ]);
  });

  it('requires more at night, and never less', () => {
    expect(requiredBy('nightly')).to.include.members([...requiredBy('developer'), 'base-conflict', 'package-database']);
  });

  it('names no check that there is not', () => {
    for (const profile of profileNames) expect(requiredBy(profile).length).to.be.greaterThan(3);
  });

  it('lets the policy file have the last word', () => {
    const named = new Map([
      ['setuid', 'required'],
      ['tls', 'off'],
    ] as const);
    const policy = { ...builtInPolicy, checks: named };
    expect(['setuid', 'tls', 'base-current', 'device-nodes'].map((id) => requirementOf(policy, id))).to.deep.equal([
      'required',
      'off',
      'required',
      'advisory',
    ]);
  });
});
