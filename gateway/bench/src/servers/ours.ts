import { startStandaloneGateway } from '@lighthouse/gateway/main'
import { answering, settings } from './answering.js'
import { switchedRecorder } from './switched-recorder.js'

/** The gateway alone, with telemetry that can be switched while it runs. */
const { supergraphSdl, recorderUrl, traces } = await settings<{
  supergraphSdl: string
  recorderUrl: string
  traces?: object
}>()
const { recorder, handle } = switchedRecorder(recorderUrl)
const gateway = await startStandaloneGateway({ supergraphSdl, recorder, traces, host: '127.0.0.1', port: 0 })
answering(gateway.url, handle)
