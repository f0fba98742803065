"""The closing report (结题报告): what the pilot set out for, what came of it, what the numbers rest on."""
