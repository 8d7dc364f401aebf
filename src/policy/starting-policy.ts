import { checks } from '../checks/all.js';
import { builtInPolicy, requirementOf, type ProfileName } from './policy.js';

const profiles: Readonly<Record<ProfileName, string>> = {
  developer: 'what cannot be argued about binds',
  nightly: 'for the job that has images rebuilt: more binds',
  promotion: 'for the gate: a signature must hold, and what the image itself can do wrong binds too',
};

/** Columns of a comment. */
const width = 100;

/**
 * The text of a policy file to begin with: it says what the profile says, and shows every key. A `#` that no single space
 * follows stands before a setting.
 */
export function renderStartingPolicy(profile: ProfileName): string {
  const rows = checks.map((check) => {
    const requirement = requirementOf({ ...builtInPolicy, profile }, check.id);
    return [...comment(check.asks), `#  ${check.id}: ${requirement}`].join('\n');
  });
  const { certificateDays, exceptionDays } = builtInPolicy.thresholds;
  return `# What binds when imgcheck looks at an image; docs/policy.md describes every key.
# A line that begins with # and one space is there to be read. The others are settings, as they hold anyway or as examples:
# take the # away from those that you want.
version: 1

# ${Object.entries(profiles)
    .map(([name, words]) => `${name}: ${words}`)
    .join('\n# ')}
profile: ${profile}

# required: a failure moves the exit code. advisory: it is shown. off: it is not asked.
#checks:
${rows.join('\n')}

# When base-current fails of an image whose base has moved: layers-differ, packages-differ or advisories.
#rebuildWhen: ${builtInPolicy.rebuildWhen}

# Days: how far behind its base an image may be (none, unless told), and from when on an end is said to be near.
#thresholds:
#  maxDaysBehind: 7
#  certificateDays: ${certificateDays}
#  exceptionDays: ${exceptionDays}

# Images that yours may be built on, for those that name no base themselves.
#bases:
#  - registry.example.com/base/ubi9:latest

# RPM repositories to compare packages with, for images whose os-release fits.
#repositories:
#  - location: https://mirror.example.com/almalinux/9/BaseOS/x86_64/os
#    id: almalinux
#    version: '9'

# Files and folders here and below are seen from this file.
# Keys whose signatures on packages count.
#rpmKeys:
#  - keys/rpm

# Whose signatures on images count.
#signers:
#  - key: keys/cosign.pub
#  - identity: build@example.com
#    issuer: https://login.example.com
#trustedRoot: trusted_root.json

# In place of the standard places: containers-policy.json(5), containers-registries.d(5), containers-registries.conf(5).
#policyJson: policy.json
#registriesD: registries.d
#registriesConf: registries.conf

# What somebody answers for until a day (the last on which it applies). A match names a path or a package, an image, or both;
# with a digest it is for that image alone.
#exceptions:
#  - check: setuid
#    match:
#      path: /usr/bin/ping
#      image: registry.example.com/tools/**
#    reason: 'ping needs a raw socket'
#    owner: network team
#    expiry: 2030-12-31
`;
}

function comment(text: string): string[] {
  const lines = ['#  #'];
  for (const word of text.split(' ')) {
    if ((lines.at(-1) ?? '').length + 1 + word.length > width) lines.push('#  #');
    lines.push(`${lines.pop() ?? ''} ${word}`);
  }
  return lines;
}
