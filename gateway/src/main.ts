/** What the gateway gives to those who start it. */
export type { Authenticate, Credential } from './credential.js'
export { type HttpTransport, type HttpTransportOptions, httpTransport } from './fetch/http-transport.js'
export type { Perform, Performed, Routes, ServeRoute } from './perform.js'
export type { RedeemLink } from './http/session-link.js'
export { type StandaloneOptions, startStandaloneGateway } from './standalone.js'
export { type Gateway, type GatewayOptions, startGateway } from './start.js'
export { CompositionError, compose, type SubgraphSdl } from './supergraph/compose.js'
