import { ActionIcon, Menu, useMantineColorScheme } from '@mantine/core';
import { IconDeviceDesktop, IconMoon, IconSun } from '@tabler/icons-react';
import { THEMES, type Theme } from '../prefs/preferences';

const ICONS = { auto: IconDeviceDesktop, light: IconSun, dark: IconMoon };
const LABELS: Readonly<Record<Theme, string>> = {
  auto: 'System theme',
  light: 'Light',
  dark: 'Dark',
};

export function ThemeMenu() {
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  const Current = ICONS[colorScheme];
  return (
    <Menu position="bottom-end" shadow="md">
      <Menu.Target>
        <ActionIcon aria-label={`Theme: ${LABELS[colorScheme]}`}>
          <Current size={17} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        {THEMES.map((theme) => {
          const Icon = ICONS[theme];
          return (
            <Menu.Item
              key={theme}
              leftSection={<Icon size={15} />}
              aria-current={theme === colorScheme}
              onClick={() => setColorScheme(theme)}
            >
              {LABELS[theme]}
            </Menu.Item>
          );
        })}
      </Menu.Dropdown>
    </Menu>
  );
}
