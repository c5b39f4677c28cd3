/** Libraries that stay outside of test bundles: mocha must be the one that runs the suite, and others are fine as they are. */
export const externals = [
  'vscode',
  'mocha',
  'playwright-core',
  '@slack/bolt',
  '@slack/oauth',
  '@slack/web-api',
  '@okta/okta-sdk-nodejs',
  'esbuild',
  '@vscode/test-electron',
];
