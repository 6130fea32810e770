/* The model without a scenario: what every one of them shares. */
#include "rules.pml"
#include "world.pml"
#include "honest.pml"
#include "people.pml"
#include "attackers.pml"
#include "properties.pml"
