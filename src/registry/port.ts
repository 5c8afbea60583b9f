/** The registry answers: which agencies and source systems there are. Data sets, purposes and secret matters follow. */
export { listSystems, registerSystem, type SourceSystem } from './systems.ts'
