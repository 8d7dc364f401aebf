import { generateKeyPairSync } from 'node:crypto';
import { randomFrom } from './random.js';

const lower = 'abcdefghijklmnopqrstuvwxyz';
const upper = lower.toUpperCase();
const digits = '0123456789';
/** Letters that stand for characters in a picture of a token. */
const alphabets: Readonly<Record<string, string>> = {
  A: lower + upper + digits,
  W: `${lower}${upper}${digits}_-`,
  U: upper + digits,
  K: `${upper}234567`,
  L: lower + upper,
  h: `${digits}abcdef`,
  d: digits,
  b: `${lower}${upper}${digits}+/`,
  z: lower + digits,
  Q: 'QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L',
};

/** Kinds and pictures: `{A36}` is 36 characters drawn from the alphabet A. Put together when tests run, so that no file holds one. */
const pictures: readonly (readonly [kind: string, ...pictures: string[]])[] = [
  ['GitHub token', 'ghp_{A36}', 'gho_{A36}', 'ghu_{A36}', 'ghs_{A36}', 'ghr_{A36}', 'github_pat_{A22}_{A59}'],
  ['GitLab token', 'glpat-{W20}', 'gldt-{W20}', 'glrt-{W20}', 'glft-{W20}', 'glsoat-{W20}', 'glffct-{W20}'],
  ['GitLab token', 'glimt-{W25}', 'glcbt-{A2}_{W20}', 'glagent-{W50}', 'gloas-{W64}', 'glptt-{h40}', 'GR1348941{W20}'],
  ['Docker Hub token', 'dckr_pat_{W27}', 'dckr_oat_{W32}'],
  ['npm token', 'npm_{A36}'],
  ['PyPI token', 'pypi-AgEIcHlwaS5vcmc{W80}', 'pypi-AgENdGVzdC5weXBpLm9yZ{W80}'],
  ['RubyGems token', 'rubygems_{h48}'],
  ['Clojars token', 'CLOJARS_{A60}'],
  ['AWS access key id', 'AKIA{K16}', 'ASIA{K16}', 'ABIA{K16}', 'ACCA{K16}'],
  ['Amazon Bedrock key', 'ABSK{b120}'],
  ['Google API key', 'AIza{W35}'],
  ['Azure client secret', '{A3}8Q~{A34}'],
  ['Alibaba access key id', 'LTAI{A20}'],
  ['DigitalOcean token', 'doo_v1_{h64}', 'dop_v1_{h64}', 'dor_v1_{h64}'],
  ['Slack token', 'xoxb-{d12}-{d12}-{A24}', 'xoxp-{d12}-{d12}-{d12}-{A32}', 'xoxa-2-{d11}-{A32}', 'xoxr-{A40}'],
  [
    'Slack token',
    'xoxs-{d10}-{d10}-{d10}-{h10}',
    'xoxo-{d10}-{d10}-{d10}-{h10}',
    'xoxe-1-{U146}',
    'xoxe.xoxb-1-{U163}',
    'xoxe.xoxp-1-{U163}',
    'xapp-1-{U11}-{d13}-{h64}',
  ],
  ['Slack webhook', 'hooks.slack.com/services/{A44}'],
  [
    'Microsoft Teams webhook',
    'webhook.office.com/webhookb2/{h8}-{h4}-{h4}-{h4}-{h12}@{h8}-{h4}-{h4}-{h4}-{h12}/IncomingWebhook/{h32}/{h8}-{h4}-{h4}-{h4}-{h12}',
  ],
  ['Stripe key', 'sk_live_{A24}', 'rk_live_{A24}', 'sk_prod_{A24}', 'rk_prod_{A24}', 'sk_test_{A99}', 'rk_test_{A24}'],
  ['Square token', 'EAAA{W60}', 'sq0atp-{W22}', 'sq0csp-{W43}'],
  ['Shopify token', 'shpat_{h32}', 'shpca_{h32}', 'shppa_{h32}', 'shpss_{h32}'],
  ['Shippo token', 'shippo_live_{h40}', 'shippo_test_{h40}'],
  ['EasyPost key', 'EZAK{A54}', 'EZTK{A54}'],
  ['Anthropic key', 'sk-ant-api03-{W93}AA', 'sk-ant-admin01-{W93}AA'],
  [
    'OpenAI key',
    'sk-proj-{W74}T3BlbkFJ{W74}',
    'sk-svcacct-{W58}T3BlbkFJ{W58}',
    'sk-admin-{W74}T3BlbkFJ{W74}',
    'sk-{A20}T3BlbkFJ{A20}',
  ],
  ['Hugging Face token', 'hf_{L34}', 'api_org_{L34}'],
  ['Perplexity key', 'pplx-{A48}'],
  ['SendGrid token', 'SG.{W22}.{W43}'],
  ['Sendinblue token', 'xkeysib-{h64}-{A16}'],
  ['HashiCorp Vault token', 'hvs.{W95}', 'hvb.{W160}'],
  ['HashiCorp Terraform token', '{A14}.atlasv1.{A67}'],
  ['Pulumi token', 'pul-{h40}'],
  ['Databricks token', 'dapi{h32}', 'dapi{h32}-2'],
  ['Doppler token', 'dp.pt.{A43}'],
  ['Duffel token', 'duffel_test_{A43}', 'duffel_live_{A43}'],
  ['Dynatrace token', 'dt0c01.{U24}.{U64}'],
  ['Fly.io token', 'fo1_{W43}', 'fm1a_{b120}', 'fm1r_{b120}', 'fm2_{b120}'],
  ['Frame.io token', 'fio-u-{A64}'],
  ['Grafana token', 'glc_{b80}', 'glsa_{A32}_{h8}'],
  ['Grafana key', 'eyJrIjoi{A90}'],
  ['Harness key', 'pat.{W22}.{A24}.{A20}', 'sat.{W22}.{A24}.{A20}'],
  ['Heroku key', 'HRKU-AA{W58}'],
  ['Infracost token', 'ico-{A32}'],
  ['JFrog Artifactory key', 'AKCp{A69}'],
  ['JFrog Artifactory token', 'cmVmd{A59}'],
  ['Linear key', 'lin_api_{A40}'],
  ['MaxMind licence key', '{A6}_{A29}_mmk'],
  ['Notion token', 'ntn_{d11}{A35}'],
  ['Octopus Deploy key', 'API-{U26}'],
  ['OpenShift token', 'sha256~{W43}'],
  ['PlanetScale token', 'pscale_tkn_{W43}', 'pscale_oauth_{W43}', 'pscale_pw_{W43}'],
  ['Postman key', 'PMAK-{h24}-{h34}'],
  ['Prefect token', 'pnu_{A36}'],
  ['ReadMe key', 'rdme_{z70}'],
  ['Scalingo token', 'tk-us-{W48}'],
  ['Sentry token', 'sntryu_{h64}', 'sntrys_eyJpYXQiO{A40}LCJyZWdpb25fdXJs{A40}_{b43}'],
  ['SettleMint token', 'sm_aat_{A16}', 'sm_pat_{A16}', 'sm_sat_{A16}'],
  ['Sourcegraph token', 'sgp_{h40}', 'sgp_{h16}_{h40}', 'sgp_local_{h40}'],
  ['Cloudflare origin CA key', 'v1.0-{h24}-{h146}'],
  ['Adobe client secret', 'p8e-{A32}'],
  ['1Password service account token', 'ops_eyJ{b260}'],
  ['age secret key', 'AGE-SECRET-KEY-1{Q58}'],
];

export interface Planted {
  readonly kind: string;
  readonly secret: string;
}

/** One token of every shape, the same on every run. */
export function plantedTokens(): readonly Planted[] {
  const random = randomFrom(20_260_101);
  return pictures.flatMap(([kind, ...forms]) => forms.map((form) => ({ kind, secret: draw(form, random) })));
}

export function draw(picture: string, random: (below: number) => number): string {
  return picture.replace(/\{(\w)(\d+)\}/g, (_, letter: string, count: string) => {
    const alphabet = alphabets[letter] ?? '';
    return Array.from({ length: Number(count) }, () => alphabet[random(alphabet.length)]).join('');
  });
}

/** Tokens that only a name before them makes one; the secret, and how it stands in a file. */
export function plantedAssignments(): readonly (Planted & { readonly line: string })[] {
  const random = randomFrom(7);
  const aws = draw('{b39}/', random);
  const storage = draw('{b86}==', random);
  const shared = draw('{b43}=', random);
  return [
    ...[
      `aws_secret_access_key = ${aws}`,
      `AWS_SECRET_ACCESS_KEY=${aws}`,
      `"SecretAccessKey": "${aws}"`,
      `secretAccessKey: '${aws}'`,
      `<SecretAccessKey>${aws}</SecretAccessKey>`,
    ].map((line) => ({ kind: 'AWS secret access key', secret: aws, line })),
    { kind: 'Azure storage key', secret: storage, line: `AccountName=a;AccountKey=${storage};EndpointSuffix=x` },
    { kind: 'Azure shared access key', secret: shared, line: `Endpoint=sb://a;SharedAccessKey=${shared}` },
  ];
}

/** Private keys in armour, made anew by Node for every run. */
export function plantedKeys(): readonly (Planted & { readonly encrypted: boolean })[] {
  const rsa = generateKeyPairSync('rsa', { modulusLength: 1024 }).privateKey;
  const curve = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;
  const edwards = generateKeyPairSync('ed25519').privateKey;
  const locked = { cipher: 'aes-256-cbc', passphrase: 'x' };
  const plain = [
    rsa.export({ type: 'pkcs1', format: 'pem' }),
    rsa.export({ type: 'pkcs8', format: 'pem' }),
    curve.export({ type: 'sec1', format: 'pem' }),
    curve.export({ type: 'pkcs8', format: 'pem' }),
    edwards.export({ type: 'pkcs8', format: 'pem' }),
  ].map((secret) => ({ kind: 'private key', secret: secret.toString(), encrypted: false }));
  const encrypted = [
    rsa.export({ type: 'pkcs8', format: 'pem', ...locked }),
    rsa.export({ type: 'pkcs1', format: 'pem', ...locked }),
    curve.export({ type: 'sec1', format: 'pem', ...locked }),
  ].map((secret) => ({ kind: 'private key', secret: secret.toString(), encrypted: true }));
  return [...plain, ...encrypted, opensshKey('none'), opensshKey('aes256-ctr')];
}

/** The form of openssh's PROTOCOL.key; what it holds is drawn. */
export function opensshKey(cipher: string): Planted & { readonly encrypted: boolean } {
  const name = Buffer.concat([Buffer.from([0, 0, 0, cipher.length]), Buffer.from(cipher)]);
  const random = randomFrom(cipher.length);
  const body = Buffer.from(Array.from({ length: 300 }, () => random(256)));
  const base64 = Buffer.concat([Buffer.from('openssh-key-v1\0'), name, body]).toString('base64');
  const lines = base64.match(/.{1,70}/g) ?? [];
  const secret = armour('OPENSSH PRIVATE KEY', lines.join('\n'));
  return { kind: 'OpenSSH private key', secret, encrypted: cipher !== 'none' };
}

/** A text between the two lines of an armour. */
export function armour(label: string, body: string): string {
  return ['BEGIN', 'END'].map((word) => `-----${word} ${label}-----`).join(`\n${body}\n`);
}
