import { signature } from '../checks/signature.js';
import { signer } from '../checks/signer.js';
import { tls } from '../checks/tls.js';
import { renderVerify } from '../report/verify-text.js';
import { answerOn, type Scope } from './examinations.js';
import type { TrustOptions } from './options.js';

const scope: Scope = { layers: false, freshness: false, signatures: 'asked', checks: [signature, signer, tls] };

/**
 * `imgcheck verify IMAGE...`: TLS and signatures alone; no layer is fetched. Where nobody says whose signature counts, that is
 * no pass: `imgcheck verify IMAGE && deploy` must not be fooled.
 */
export async function runVerify(images: readonly string[], options: TrustOptions): Promise<number> {
  const { exitCode } = await answerOn(images, options, scope, (reports, style) =>
    reports.map((report) => renderVerify(report, style)).join('\n'),
  );
  return exitCode;
}
