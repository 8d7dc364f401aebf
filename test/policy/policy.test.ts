import { readFileSync } from 'node:fs';
import { expect } from 'chai';
import { checks } from '../../src/checks/all.js';
import {
  builtInPolicy,
  profileNames,
  requirementOf,
  requiresSignature,
  type ProfileName,
} from '../../src/policy/policy.js';

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

  it('requires most of what is promoted, a signature always', () => {
    expect(requiredBy('promotion')).to.include.members([...requiredBy('nightly'), 'secrets', 'docker-socket']);
    const asks = (profile: ProfileName): boolean => requiresSignature({ ...builtInPolicy, profile });
    expect(profileNames.map(asks)).to.deep.equal([false, false, true]);
    const advisory = new Map([['signature', 'advisory']] as const);
    expect(requiresSignature({ ...builtInPolicy, profile: 'promotion', checks: advisory })).to.equal(false);
  });

  it('says what docs/policy.md says', () => {
    const rows = readFileSync(new URL('../../docs/policy.md', import.meta.url), 'utf8').split('\n');
    for (const { id, mendedByRebuild } of checks) {
      const words = profileNames.map((profile) => requirementOf({ ...builtInPolicy, profile }, id));
      expect(rows).to.include(`| ${id} | ${words.join(' | ')} | ${mendedByRebuild ? 4 : 1} |`);
    }
  });

  it('names no check that there is not', () => {
    expect(profileNames.map((profile) => requiredBy(profile).length)).to.deep.equal([6, 10, 19]);
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
