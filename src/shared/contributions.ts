/**
 * Every id that `package.json` contributes and code uses. A contract test compares the two both ways, so that
 * neither can name what the other lacks.
 */

export const commands = {
  run: 'darkFactory.run',
  resume: 'darkFactory.resume',
  cancel: 'darkFactory.cancel',
  showTimeline: 'darkFactory.showTimeline',
  newSpec: 'darkFactory.newSpec',
  importHoldouts: 'darkFactory.importHoldouts',
  exportHoldouts: 'darkFactory.exportHoldouts',
  changeVaultKey: 'darkFactory.changeVaultKey',
  revealHoldout: 'darkFactory.revealHoldout',
  showVerdicts: 'darkFactory.showVerdicts',
  holdoutTeam: 'darkFactory.holdoutTeam',
  openReport: 'darkFactory.openReport',
  reviewChanges: 'darkFactory.reviewChanges',
  mergeResult: 'darkFactory.mergeResult',
  reviewRules: 'darkFactory.reviewRules',
  setApiKey: 'darkFactory.setApiKey',
  openSample: 'darkFactory.openSample',
  doctor: 'darkFactory.doctor',
  startTwin: 'darkFactory.startTwin',
  stopTwin: 'darkFactory.stopTwin',
  copyTwinVariables: 'darkFactory.copyTwinVariables',
  showTwinState: 'darkFactory.showTwinState',
} as const;

export const views = {
  specs: 'darkFactory.specs',
  runs: 'darkFactory.runs',
  holdouts: 'darkFactory.holdouts',
  twins: 'darkFactory.twins',
  inspector: 'darkFactory.inspector',
} as const;

/** View type of the timeline's webview panel. */
export const timelinePanel = 'darkFactory.timeline';

/** Setting keys below the section `darkFactory`. */
export const settingsSection = 'darkFactory';
export const settings = {
  provider: 'model.provider',
  baseUrl: 'model.baseUrl',
  recording: 'model.recording',
  roles: 'roles',
  limitUsd: 'limits.usd',
  limitMinutes: 'limits.minutes',
  limitNetwork: 'limits.network',
  limitScripts: 'limits.scripts',
  specRules: 'spec.rules',
} as const;

/** Context keys that `when` clauses of the manifest read. */
export const contextKeys = {
  /** True while a run of an open folder is going on. */
  running: 'darkFactory.running',
} as const;

/** Scheme of read-only documents: reports and the two sides of a review. */
export const documentScheme = 'dark-factory';

/** Name of the performance measure that holds how long activation took. */
export const activationMeasure = 'dark-factory/activate';
