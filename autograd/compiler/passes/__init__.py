"""What makes a program simpler: functions of a ``Flat`` that give another one."""
