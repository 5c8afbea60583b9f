/** The registry answers: which agencies, source systems, data sets and purposes there are. Secret matters follow. */
export {
  type DataSet,
  type DataSetField,
  type IdentifierKind,
  identifierKinds,
  type Purpose,
  readDataSets,
  readPurposes,
} from './data-sets.ts'
export { listSystems, registerSystem, type SourceSystem } from './systems.ts'
