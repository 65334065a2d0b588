import { useState } from 'react';
import { useMay } from '../../../data/session.ts';
import { useWords } from '../../../words/words.tsx';
import type { GroupDetails } from '../use-groups.ts';
import { AddMember } from './add-member.tsx';
import { DeleteGroup, ReleaseGroup, RenameGroup } from './group-dialogs.tsx';

type Dialog = 'add' | 'rename' | 'release' | 'delete';

/** What can be done with a group. A source that keeps its fields is the only one that changes them, until they are released. */
export function GroupActions({ group }: { readonly group: GroupDetails }) {
  const words = useWords();
  const may = useMay();
  const [dialog, setDialog] = useState<Dialog>();
  const close = () => setDialog(undefined);
  if (!may('groups.write')) return null;
  const { ownedFields, source } = group;
  const isOwned = ownedFields.length > 0;
  return (
    <>
      {!ownedFields.includes('members') && (
        <button type="button" className="button" data-kind="primary" onClick={() => setDialog('add')}>
          {words.group.add}
        </button>
      )}
      {!ownedFields.includes('name') && (
        <button type="button" className="button" onClick={() => setDialog('rename')}>
          {words.group.rename}
        </button>
      )}
      {isOwned ? (
        <button type="button" className="button" onClick={() => setDialog('release')}>
          {words.group.release(source?.name ?? words.groups.removedSource)}
        </button>
      ) : (
        <button type="button" className="button" data-kind="danger" onClick={() => setDialog('delete')}>
          {words.group.delete}
        </button>
      )}
      {dialog === 'add' && <AddMember group={group} close={close} />}
      {dialog === 'rename' && <RenameGroup group={group} close={close} />}
      {dialog === 'release' && <ReleaseGroup group={group} close={close} />}
      {dialog === 'delete' && <DeleteGroup group={group} close={close} />}
    </>
  );
}
