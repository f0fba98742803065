"""What the levels of an enterprise and the grades of one scenario, 0 to 4, are called.

The 2024 instrument names 1 to 4; 0, which it leaves without a name, is worded here.
"""

#: Levels of an enterprise.
LEVEL_NAMES = ("无等级", "一级", "二级", "三级", "四级")
#: Grades of one scenario.
GRADE_NAMES = ("未开展", "一级", "二级", "三级", "四级")
