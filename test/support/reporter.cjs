// Mocha's spec reporter, which also says what passed only when it was tried again.
const mocha = require('mocha');

module.exports = class extends mocha.reporters.Spec {
  constructor(runner, options) {
    super(runner, options);
    runner.on(mocha.Runner.constants.EVENT_TEST_RETRY, (test, error) => {
      console.log(`    ↻ tried again: ${test.fullTitle()}\n      ${String(error?.message).split('\n')[0]}`);
    });
  }
};
