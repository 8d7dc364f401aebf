import type { TlsHop } from '../registry/evidence.js';
import type { Check, Evidence, Finding } from './check.js';
import { usualThresholds } from './thresholds.js';

/** Redirects and token servers named in one message: a registry may send us to as many hosts as it likes. */
const mostNamed = 16;

const trustRemedy = 'give the registry’s CA with --cert-dir or in certs.d';

export const tls: Check = {
  id: 'tls',
  asks: 'Did every byte come over a connection whose certificate was verified?',
  reason: 'Without a verified certificate anybody on the way can answer in the registry’s name.',
  remedy: `Leave out --tls-verify=false, and insecure in registries.conf; ${trustRemedy}.`,
  guide: '3.4',
  mendedByRebuild: false,
  evaluate({ tls: hops }, _rebuildWhen, { certificateDays } = usualThresholds) {
    if (hops.length === 0) return [{ outcome: 'pass', message: 'no network connection was made', evidence: [] }];
    const [first, ...rest] = [
      ...hops.filter((hop) => hop.role !== 'proxy' && isUnverified(hop)).map(unverified),
      ...hops.flatMap((hop) => misled(hop, hops)),
    ];
    if (first) return [first, ...rest];
    const soon = hops.some((hop) => hop.protocol !== 'none' && hop.daysLeft <= certificateDays);
    const words = hops.map((hop) => `${hop.host} by ${hop.protocol}, ${hop.daysLeft} days left`);
    const message = [...words, ...some(hops.flatMap(asides))].join('; ');
    return [
      {
        outcome: 'pass',
        message: soon ? `${message}: a certificate expires soon` : message,
        evidence: hops.map(connection),
      },
    ];
  },
};

function isUnverified(hop: TlsHop): boolean {
  return !hop.verified || hop.protocol === 'none';
}

function unverified(hop: TlsHop): Finding {
  const what =
    hop.protocol === 'none'
      ? `${hop.host} was asked over plain HTTP`
      : `the certificate of ${hop.host} was not verified`;
  const allowed = hop.insecure ? `, as ${saying(hop)} allows` : '';
  const sent = hop.credentialsFor?.includes(hop.host) ? '; credentials were sent to it' : '';
  return { outcome: 'fail', message: `${what}${allowed}${sent}`, evidence: [connection(hop)], remedy: remedyFor(hop) };
}

/**
 * A registry names its token server in its challenge (distribution-spec, token authentication): that is how the protocol
 * works. But where that challenge or the answer to it was not verified, anybody may have got the credentials.
 */
function misled(hop: TlsHop, hops: readonly TlsHop[]): Finding[] {
  return othersOf(hop).flatMap((registry) => {
    const naming = hops.filter((one) => one.host === registry && one.insecure === hop.insecure);
    const suspect = [hop, ...naming].find(isUnverified);
    if (!suspect) return [];
    const where = suspect === hop ? 'which was not verified' : `which ${registry} named without being verified itself`;
    return [
      {
        outcome: 'fail',
        message: `credentials for ${registry} went to ${hop.host}, ${where}`,
        evidence: [hop, ...naming].map(connection),
        remedy: `${remedyFor(suspect)} Change the password: somebody on the way may have it.`,
      },
    ];
  });
}

/** Registries whose credentials it got without being one of them. */
function othersOf({ host, credentialsFor = [] }: TlsHop): readonly string[] {
  return credentialsFor.filter((registry) => registry !== host);
}

/** What is worth saying of a connection that is as it should be. */
function asides(hop: TlsHop): string[] {
  const { host, redirects = [] } = hop;
  return [
    ...(hop.insecure && hop.role !== 'proxy' ? [`${host} was verified, though ${saying(hop)} asks for less`] : []),
    ...othersOf(hop).map((registry) => `credentials for ${registry} went to ${host}, the token server that it names`),
    ...redirects.flatMap(({ to, credentialsWithheld, refused }) => {
      if (refused) return [`a redirect from ${host} to plain HTTP at ${to} was refused`];
      return credentialsWithheld ? [`${to}, where ${host} redirects to, was shown no credentials`] : [];
    }),
  ];
}

function some(words: readonly string[]): readonly string[] {
  return words.length > mostNamed ? [...words.slice(0, mostNamed), `and ${words.length - mostNamed} more`] : words;
}

function saying({ insecure }: TlsHop): string {
  return insecure === 'registries.conf' ? 'insecure in registries.conf' : '--tls-verify=false';
}

function remedyFor({ insecure }: TlsHop): string {
  return insecure === 'registries.conf' ? `Take insecure out of registries.conf; ${trustRemedy}.` : tls.remedy;
}

function connection({ host, protocol }: TlsHop): Evidence {
  return { type: 'connection', host, protocol };
}
