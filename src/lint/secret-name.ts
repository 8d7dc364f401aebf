export { isLiteralSecret, isSecretName } from '../secrets/secret-name.js';
