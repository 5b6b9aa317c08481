/** Alert groups, as those who tell of them use them. */
export {
  close as closeGroup,
  insert as insertGroup,
  lockOpen as lockOpenGroups,
  prune as pruneGroups,
  save as saveGroup,
  type StoredGroup,
} from './group-store.ts'
