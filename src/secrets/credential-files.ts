import type { SecretSpan } from './hit.js';
import { isLiteralSecret, isSecretName } from './secret-name.js';
import { isPlaceholder } from './placeholder.js';

/** A file that programs keep credentials in, known by its path, and the lines in which they stand. */
interface CredentialFile {
  readonly kind: string;
  readonly path: RegExp;
  /** For one line: its last group is the secret, and ends the match. Every quantifier has a bound. */
  readonly line: RegExp;
  readonly accepts?: (secret: string, found: RegExpExecArray) => boolean;
}

/** The secret that a JSON or YAML member of one of these names has. */
function member(names: string): RegExp {
  return new RegExp(`(?:^|[\\s{,"'-])(?:${names})["']?\\s{0,9}[:=]\\s{0,9}["']?([^\\s"',}]{3,4096})`, 'g');
}

const password = /^\s{0,99}(?:password|passwd)\s{0,9}[=:]\s{0,9}["']?([^\s"'#]{1,512})/g;
const inUrl = /:\/\/[^\s/:@"']{0,255}:([^\s/@"']{1,512})(?=@)/g;

const credentialFiles: readonly CredentialFile[] = [
  {
    kind: 'registry login',
    path: /(?:^|\/)(?:\.docker\/config\.json|\.dockercfg|\.?dockerconfigjson|containers\/(?:\d+\/)?auth\.json|kaniko\/config\.json)$/,
    line: /"auth"\s{0,9}:\s{0,9}"([A-Za-z0-9+/=]{4,8192})(?=")/g,
    accepts: isLogin,
  },
  {
    kind: 'registry token',
    path: /(?:^|\/)(?:\.docker\/config\.json|\.dockercfg|\.?dockerconfigjson|containers\/(?:\d+\/)?auth\.json|kaniko\/config\.json)$/,
    line: member('identitytoken|registrytoken'),
  },
  {
    kind: 'password in .netrc',
    path: /(?:^|\/)(?:[._]netrc|\.authinfo|etc\/apt\/auth\.conf(?:\.d\/[^/]+)?)$/,
    line: /\bpassword\s{1,9}(\S{1,512})/g,
  },
  {
    kind: 'PostgreSQL password',
    path: /(?:^|\/)\.?pgpass(?:\.conf)?$/,
    line: /^[^#:]{1,255}:[\d*]{1,5}:[^:]{1,255}:[^:]{1,255}:(\S{1,512})/g,
  },
  { kind: 'MySQL password', path: /(?:^|\/)\.my\.cnf$/, line: password },
  {
    kind: 'Git credential',
    path: /(?:^|\/)(?:\.git-credentials|git\/credentials|\.gitconfig|\.git\/config)$/,
    line: inUrl,
  },
  {
    kind: 'npm credential',
    path: /(?:^|\/)\.?npmrc$/,
    line: /(?:^|:)_(?:authToken|auth|password)\s{0,9}=\s{0,9}["']?([^\s"']{3,4096})/g,
  },
  { kind: 'npm credential', path: /(?:^|\/)\.yarnrc\.yml$/, line: member('npmAuthToken|npmAuthIdent') },
  { kind: 'PyPI password', path: /(?:^|\/)\.pypirc$/, line: password },
  {
    kind: 'password in a URL',
    path: /(?:^|\/)(?:pip\.conf|\.condarc|\.bundle\/config|etc\/apt\/sources\.list(?:\.d\/[^/]+)?|etc\/yum\.repos\.d\/[^/]+\.repo|etc\/(?:yum|dnf\/dnf)\.conf|etc\/environment)$/,
    line: inUrl,
  },
  {
    kind: 'password of a package repository',
    path: /(?:^|\/)(?:etc\/yum\.repos\.d\/[^/]+\.repo|etc\/(?:yum|dnf\/dnf)\.conf|etc\/zypp\/credentials\.d\/[^/]+)$/,
    line: /^\s{0,9}(?:proxy_)?password\s{0,9}=\s{0,9}(\S{1,512})/g,
  },
  {
    kind: 'AWS credential',
    path: /(?:^|\/)(?:\.aws\/(?:credentials|config)|\.boto|\.s3cfg|rclone\.conf)$/,
    line: /^\s{0,9}(?:aws_secret_access_key|aws_session_token|secret_key|secret_access_key)\s{0,9}=\s{0,9}(\S{8,4096})/g,
  },
  {
    kind: 'Kubernetes client key',
    path: /(?:^|\/)(?:\.kube\/config|kubeconfig|[^/]+\.kubeconfig|etc\/kubernetes\/[^/]+\.conf|k3s\.yaml)$/,
    line: /(?:^|[\s"])client-key-data["']?:\s{0,9}["']?([A-Za-z0-9+/=]{32,65536})/g,
  },
  {
    kind: 'Kubernetes credential',
    path: /(?:^|\/)(?:\.kube\/config|kubeconfig|[^/]+\.kubeconfig|etc\/kubernetes\/[^/]+\.conf|k3s\.yaml)$/,
    line: member('token|password|id-token|refresh-token'),
  },
  { kind: 'Kubernetes service account token', path: /(?:^|\/)serviceaccount\/token$/, line: /^(ey[\w.-]{20,8192})/g },
  {
    kind: 'gcloud credentials',
    path: /(?:^|\/)(?:application_default_credentials\.json|legacy_credentials\/[^/]+\/adc\.json|\.boto)$/,
    line: member('refresh_token|gs_oauth2_refresh_token'),
  },
  {
    kind: 'Azure token',
    path: /(?:^|\/)\.azure\/(?:accessTokens|msal_token_cache|service_principal_entries)\.json$/,
    line: member('accessToken|refreshToken|secret|client_secret|access_token|refresh_token'),
  },
  { kind: 'GitHub token', path: /(?:^|\/)(?:gh\/hosts\.yml|\.config\/hub)$/, line: member('oauth_token') },
  {
    kind: 'HashiCorp Terraform token',
    path: /(?:^|\/)(?:\.terraformrc|credentials\.tfrc\.json)$/,
    line: member('token'),
  },
  { kind: 'HashiCorp Vault token', path: /(?:^|\/)\.vault-token$/, line: /^(\S{8,512})/g },
  {
    kind: 'Maven password',
    path: /(?:^|\/)\.m2\/settings\.xml$/,
    line: /<(?:password|passphrase)>([^<]{1,512})(?=<)/g,
  },
  {
    kind: 'NuGet password',
    path: /(?:^|\/)NuGet\.Config$/i,
    line: /key="(?:ClearText)?Password"\s{1,9}value="([^"]{1,512})(?=")/gi,
  },
  {
    kind: 'Composer credential',
    path: /(?:^|\/)\.?composer\/auth\.json$/,
    line: member('password|token|[\\w.-]{1,99}\\.(?:com|org|net|io)'),
  },
  {
    kind: 'WireGuard private key',
    path: /(?:^|\/)etc\/wireguard\/[^/]+\.conf$/,
    line: /^\s{0,9}PrivateKey\s{0,9}=\s{0,9}([A-Za-z0-9+/]{43}=)/g,
  },
  {
    kind: 'Wi-Fi or VPN password',
    path: /(?:^|\/)system-connections\/[^/]+$/,
    line: /^(?:psk|password|secret)=(\S{1,512})/g,
  },
  {
    kind: 'secret in an environment file',
    path: /(?:^|\/)(?:(?!\.env\.(?:example|sample|template|dist|defaults?|test|schema)$)\.env(?:\.[\w-]{1,40})?|\.gradle\/gradle\.properties|etc\/environment)$/,
    line: /^\s{0,99}(?:export\s{1,9})?([A-Za-z_][\w.]{0,99})\s{0,9}=\s{0,9}("[^"]{0,4096}"?|'[^']{0,4096}'?|[^\s#]{1,4096})/g,
    accepts: (secret, found) => isSecretName(found[1] ?? '') && isLiteralSecret(secret),
  },
];

/** Real ones have a handful of lines; one that is longer is searched as far as this. */
const linesLimit = 20_000;
const lineLimit = 65_536;
const spansLimit = 1000;
const lineSpansLimit = 50;

/** Nearly every path is turned away by this alone. */
const anyFile = new RegExp(credentialFiles.map((one) => one.path.source).join('|'), 'i');

/** Whether a path may be one that programs keep credentials at. */
export function isCredentialFile(path: string): boolean {
  return anyFile.test(path);
}

/** The secrets in a file that programs keep credentials in, in order; nothing in any other. */
export function findCredentials(path: string, text: string): SecretSpan[] {
  const rules = credentialFiles.filter((one) => one.path.test(path));
  const spans: SecretSpan[] = [];
  if (rules.length === 0) return spans;
  for (let from = 0, count = 0; from < text.length && count < linesLimit && spans.length < spansLimit; count++) {
    const next = text.indexOf('\n', from);
    const end = next < 0 ? text.length : next;
    const line = text.slice(from, Math.min(end, from + lineLimit)).replace(/\r$/, '');
    for (const rule of rules) spans.push(...findInLine(rule, line, from));
    from = end + 1;
  }
  return spans;
}

function findInLine({ kind, line, accepts }: CredentialFile, text: string, offset: number): SecretSpan[] {
  const spans: SecretSpan[] = [];
  for (const found of text.matchAll(line)) {
    const secret = found.at(-1) ?? '';
    if (isPlaceholder(secret) || accepts?.(secret, found) === false) continue;
    const to = offset + found.index + found[0].length;
    spans.push({ kind, from: to - secret.length, to });
    if (spans.length === lineSpansLimit) break;
  }
  return spans;
}

/** Base64 of `user:password`; the engine writes nothing else there. */
function isLogin(secret: string): boolean {
  const plain = Buffer.from(secret, 'base64').toString('latin1');
  const colon = plain.indexOf(':');
  return colon > 0 && !isPlaceholder(plain.slice(colon + 1).replace(/\0+$/, ''));
}
