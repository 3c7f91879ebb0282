/** The recorder as subgraphs know it: they stand on the chassis, and of them only the chassis knows analytics. */
export { nowUs } from '@lighthouse/analytics/recorder/clock'
export { type Recorder, SILENT } from '@lighthouse/analytics/recorder/record'
