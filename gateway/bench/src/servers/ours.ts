import { createRecorder, type Recorder, SILENT } from '@lighthouse/analytics/recorder/record'
import { startStandaloneGateway } from '@lighthouse/gateway/main'
import { answering, settings } from './answering.js'

/** The gateway alone, with telemetry that can be switched while it runs. */
const { supergraphSdl, recorderUrl, traces } = await settings<{
  supergraphSdl: string
  recorderUrl: string
  traces?: object
}>()
const recording = createRecorder({
  url: recorderUrl,
  user: 'bench',
  password: '',
  source: 'bench',
  tapUrl: `${recorderUrl}/tap`,
})
let current: Recorder = recording
const recorder = {
  operation: (row: Parameters<Recorder['operation']>[0]) => current.operation(row),
  fetch: (row: Parameters<Recorder['fetch']>[0]) => current.fetch(row),
  stop: (row: Parameters<Recorder['stop']>[0]) => current.stop(row),
}
const gateway = await startStandaloneGateway({ supergraphSdl, recorder, traces, host: '127.0.0.1', port: 0 })
answering(gateway.url, ({ kind }) => {
  current = kind === 'telemetry off' ? SILENT : recording
  return recording.counters()
})
