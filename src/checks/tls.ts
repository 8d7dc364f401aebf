import type { Check, Evidence, Finding } from './check.js';

/** A certificate this near its end will soon stop the nightly job. */
const soonDays = 14;

export const tls: Check = {
  id: 'tls',
  asks: 'Did every byte come over a connection whose certificate was verified?',
  reason: 'Without a verified certificate anybody on the way can answer in the registry’s name.',
  remedy: 'Leave out --tls-verify=false; give the registry’s CA with --cert-dir or in certs.d.',
  guide: '3.4',
  mendedByRebuild: false,
  evaluate({ tls: hops }) {
    if (hops.length === 0) return [{ outcome: 'pass', message: 'no network connection was made', evidence: [] }];
    const findings: Finding[] = hops
      .filter((hop) => hop.role !== 'proxy' && (!hop.verified || hop.protocol === 'none'))
      .map((hop) => ({
        outcome: 'fail',
        message:
          hop.protocol === 'none'
            ? `${hop.host} was asked over plain HTTP`
            : `the certificate of ${hop.host} was not verified`,
        evidence: [{ type: 'connection', host: hop.host, protocol: hop.protocol }],
        remedy: tls.remedy,
      }));
    const [first, ...rest] = findings;
    if (first) return [first, ...rest];
    const evidence: Evidence[] = hops.map((hop) => ({ type: 'connection', host: hop.host, protocol: hop.protocol }));
    const words = hops.map((hop) => `${hop.host} by ${hop.protocol}, ${hop.daysLeft} days left`).join('; ');
    const soon = hops.some((hop) => hop.protocol !== 'none' && hop.daysLeft <= soonDays);
    return [{ outcome: 'pass', message: soon ? `${words}: a certificate expires soon` : words, evidence }];
  },
};
