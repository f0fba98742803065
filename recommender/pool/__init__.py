"""The product pool (数字化产品资源池): submissions, their review, and what becomes of products afterwards."""
