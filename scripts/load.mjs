/** `npm run load [-- flags of lighthouse load]`: the load generator, built when it is stale. */
import { lighthouse } from './foreground.mjs'

lighthouse(['load', ...process.argv.slice(2)])
