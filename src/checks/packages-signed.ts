import type { Examination } from '../examination/examination.js';
import type { PackageSignatures } from '../examination/package-signatures.js';
import type { SignatureOutcome } from '../rpm/package-signature.js';
import { evidenceLimit, type Check, type Evidence, type Finding } from './check.js';

export const packagesSigned: Check = {
  id: 'packages-signed',
  asks: 'Is the header of every RPM package signed by one of the given keys?',
  reason:
    'A database is a file like any other: what it says of a package can be believed only as far as a vendor’s signature over that very header reaches.',
  remedy: 'Give the vendor’s keys with --rpm-keys; rebuild without packages that nobody signed.',
  mendedByRebuild: false,
  evaluate(examination) {
    const { content, packageSignatures } = examination;
    if (!content || !packageSignatures) {
      return [{ outcome: 'unknown', message: 'packages were not read', evidence: [], idle: true }];
    }
    const { packages, state } = content.packages;
    if (packages.length === 0)
      return [{ outcome: 'unknown', message: 'there is no package', evidence: [], idle: true }];
    const words = countWords(packageSignatures);
    if (packageSignatures.counts.bad > 0) {
      return [finding('fail', `${words}: ${names(examination, packageSignatures, 'bad')}`)];
    }
    if (!packageSignatures.keys) return [{ ...finding('unknown', `${words}; no keys were given`), idle: true }];
    for (const outcome of ['unsigned', 'unknown-key'] as const) {
      if (packageSignatures.counts[outcome] > 0) {
        return [finding('fail', `${words}: ${names(examination, packageSignatures, outcome)}`)];
      }
    }
    if (packageSignatures.counts.unsupported > 0) {
      return [finding('unknown', `${words}: ${names(examination, packageSignatures, 'unsupported')}`)];
    }
    if (state.outcome !== 'read') return [finding('unknown', `${words}, but not all packages could be read`)];
    return [{ outcome: 'pass', message: words, evidence: [] }];

    function finding(outcome: Finding['outcome'], message: string): Finding {
      return { outcome, message, evidence: evidence(examination, packageSignatures), remedy: packagesSigned.remedy };
    }
  },
};

const wordsOf: Readonly<Record<SignatureOutcome, string>> = {
  valid: 'signed by a given key',
  bad: 'with a bad signature',
  'unknown-key': 'signed by another key',
  unsigned: 'unsigned',
  unsupported: 'signed in a way that cannot be checked',
  'not-checked': 'signed, not checked',
};

function countWords({ counts }: PackageSignatures): string {
  return Object.entries(wordsOf)
    .flatMap(([outcome, words]) => {
      const count = counts[outcome as SignatureOutcome];
      return count > 0 ? [`${count} ${words}`] : [];
    })
    .join(', ');
}

function names({ content }: Examination, { of }: PackageSignatures, outcome: SignatureOutcome): string {
  const all = content?.packages.packages.filter((one) => of.get(one.package.headerDigest)?.outcome === outcome) ?? [];
  return (
    all
      .slice(0, 3)
      .map((one) => `${one.package.name} (${of.get(one.package.headerDigest)?.reason ?? ''})`)
      .join(', ') + (all.length > 3 ? ', ...' : '')
  );
}

function evidence({ content }: Examination, signatures: PackageSignatures | undefined): Evidence[] {
  const wrong = content?.packages.packages.filter((one) => {
    const outcome = signatures?.of.get(one.package.headerDigest)?.outcome;
    return outcome !== 'valid' && outcome !== 'not-checked';
  });
  return (wrong ?? [])
    .slice(0, evidenceLimit)
    .map((one) => ({ type: 'package', name: `${one.package.name}.${one.package.arch}` }));
}
