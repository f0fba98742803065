"""The subsidy round: districts collect accepted projects, the city reviews, what passed is paid once."""
