import { Menu } from '@mantine/core';
import { useSession, useSignOut } from '../data/session.ts';
import { setDensity, setTheme, useTheme, type Density, type Theme } from '../look/theme.ts';
import { useWords } from '../words/words.tsx';
import styles from './account-menu.module.css';

const themes: readonly Theme[] = ['light', 'dark', 'system'];
const densities: readonly Density[] = ['comfortable', 'dense'];

/** Who is signed in, with the preferences of this browser and the way out. */
export function AccountMenu({ showKeys }: { readonly showKeys: () => void }) {
  const words = useWords();
  const { data: session } = useSession();
  const signOut = useSignOut();
  const { theme, density } = useTheme();
  return (
    <div className={styles['foot']}>
      <Menu position="top-start" width={216} withinPortal>
        <Menu.Target>
          <button type="button" className={styles['who']} aria-label={words.frame.account}>
            <span>{session?.firstName === '' ? session.email : session?.firstName}</span>
            <small>{session?.roleName}</small>
          </button>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Label>{words.frame.theme}</Menu.Label>
          {themes.map((name) => (
            <Menu.Item key={name} role="menuitemradio" aria-checked={theme === name} onClick={() => setTheme(name)}>
              {words.frame.themes[name]}
              {theme === name && ' ✓'}
            </Menu.Item>
          ))}
          <Menu.Label>{words.frame.density}</Menu.Label>
          {densities.map((name) => (
            <Menu.Item key={name} role="menuitemradio" aria-checked={density === name} onClick={() => setDensity(name)}>
              {words.frame.densities[name]}
              {density === name && ' ✓'}
            </Menu.Item>
          ))}
          <Menu.Divider />
          <Menu.Item onClick={showKeys}>{words.frame.keys}</Menu.Item>
          <Menu.Item onClick={() => void signOut()}>{words.frame.signOut}</Menu.Item>
        </Menu.Dropdown>
      </Menu>
    </div>
  );
}
