import { pullSources } from '../containers/pull-sources.js';
import { lookupRegistriesD } from '../containers/registries-d.js';
import { formatReference } from '../oci/reference.js';
import { safeJson } from '../report/safe-json.js';
import { reportRules, type TrustReport } from '../report/trust-report.js';
import { renderTrust } from '../report/trust-text.js';
import { nameOfStore } from '../signature/lookaside.js';
import { loadRules } from '../signature/rules.js';
import type { TrustOptions } from './options.js';
import { styleFor, writeOutput } from './output.js';
import { loadPolicy } from './policy-file.js';
import { readReference } from './reference.js';
import { registriesConf } from './registries.js';
import { loadTrust } from './trust.js';

/** `imgcheck policy show IMAGE`: which rules about signatures cover it, from which files; nothing is asked of a registry. */
export async function runPolicyShow(image: string, options: TrustOptions): Promise<number> {
  const reference = await readReference(image, options.registriesConf);
  const trust = await loadTrust(options, await loadPolicy(options.policy));
  const conf = await registriesConf(options.registriesConf);
  const sources = reference.transport === 'docker' ? pullSources(conf, reference) : [];
  // The primary is the last; a mirror's own name would decide if it answered first.
  const primary = sources.at(-1)?.reference;
  const location = primary && {
    registry: primary.registry,
    repository: primary.repository,
    insecure: false,
    mirror: false,
  };
  const found = primary ? lookupRegistriesD(trust.registriesD, primary) : undefined;
  const lookaside = found && (found.lookaside ?? trust.defaultLookaside);
  const report: TrustReport = {
    schemaVersion: 1,
    image: formatReference(reference),
    sources: sources.length === 0 ? [formatReference(reference)] : sources.map((one) => formatReference(one.reference)),
    ...reportRules(await loadRules(reference, location, trust, new Date())),
    ...(lookaside === undefined ? {} : { lookaside: nameOfStore(lookaside) }),
    attachments: found?.attachments ?? false,
  };
  await writeOutput(
    options.format === 'json' ? `${safeJson(report, 2)}\n` : renderTrust(report, styleFor(options)),
    options.output,
  );
  return 0;
}
